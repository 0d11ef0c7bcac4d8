import { describe, expect, it } from "vitest";
import type { OpenedFile } from "../../src/sources/open-file";
import type { Sidecar } from "../../src/sources/sidecar";
import { parseTime, takenAt } from "../../src/sources/taken-at";

describe("parseTime", () => {
  it.each([
    ["2026-11-02T06:00:00Z", "2026-11-02T06:00:00Z"],
    ["2026-11-02T06:00:00.999Z", "2026-11-02T06:00:00Z"],
    ["2026-11-02 06:00", "2026-11-02T06:00:00Z"],
    ["2026-11-02 06:00:00", "2026-11-02T06:00:00Z"],
    ["2026-11-02", "2026-11-02T00:00:00Z"],
    ["2026-11-02 06:00:00+00", "2026-11-02T06:00:00Z"],
    ["2026-11-02 06:00:00.123456+05:30", "2026-11-02T00:30:00Z"],
    ["2026-11-02T06:00:00-0800", "2026-11-02T14:00:00Z"],
    ["2026-11-02 06:00:00 UTC", "2026-11-02T06:00:00Z"],
    [" 2026-11-02t06:00z ", "2026-11-02T06:00:00Z"],
    ["2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"],
  ])("%j is %s", (text, time) => {
    expect(parseTime(text, "--stripe-as-of")).toBe(time);
  });

  it.each([
    "yesterday",
    "",
    "11/02/2026",
    "2026-13-01",
    "2026-02-30",
    "2026-11-02T24:00:00Z",
    "2026-11-02T06:61Z",
    "2026-11-02T06",
    "1793599200",
    "2026-11-02T06:00:00 EST",
  ])("%j is refused, with the option", (text) => {
    expect(() => parseTime(text, "--database-as-of")).toThrow(`--database-as-of "${text}": expected a time such as`);
  });
});

describe("takenAt", () => {
  const file = { modifiedAt: new Date("2026-10-01T01:02:03.456Z") } as OpenedFile;
  const sidecar = {
    started_at: "2026-11-02T06:00:00Z",
    finished_at: "2026-11-02T07:00:41+01:00",
  } as Sidecar;

  it("is what the sidecar says, from the first page to the last", () => {
    expect(takenAt(file, sidecar, "2020-01-01", "stripe")).toEqual({
      from: "2026-11-02T06:00:00Z",
      to: "2026-11-02T06:00:41Z",
      basis: "sidecar",
    });
  });

  it("is the one instant of a database's snapshot", () => {
    const time = "2026-11-02T06:03:00Z";
    expect(takenAt(file, { ...sidecar, snapshot_at: time }, null, "database")).toEqual({
      from: time,
      to: time,
      basis: "sidecar",
    });
  });

  it("is the option without a sidecar, and the file's time without either", () => {
    const time = "2026-11-02T06:00:00Z";
    expect(takenAt(file, null, time, "stripe")).toEqual({ from: time, to: time, basis: "option" });
    expect(takenAt(file, null, null, "stripe")).toMatchObject({ to: "2026-10-01T01:02:03Z", basis: "file_time" });
  });
});
