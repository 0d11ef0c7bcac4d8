import { describe, expect, it } from "vitest";
import type { Findings, Onset } from "../../src/drift/findings";
import { driftTimelineHtml } from "../../src/report/drift-timeline";
import { NO_PATTERN, OUTAGE, partOf } from "./drift-fixture";

interface Figure {
  readonly data: readonly {
    readonly name: string;
    readonly type: string;
    readonly x: readonly string[];
    readonly y: readonly unknown[];
  }[];
  readonly layout: {
    readonly xaxis: { readonly range: readonly string[]; readonly title: { readonly text: string } };
    readonly yaxis: { readonly range: readonly number[] };
    readonly yaxis2?: object;
    readonly shapes: readonly { readonly type: string; readonly x0: string; readonly x1: string }[];
    readonly annotations: readonly { readonly text: string; readonly xanchor: string; readonly yshift?: number }[];
  };
}

async function drawn(findings: Findings) {
  const html = await driftTimelineHtml(findings);
  const figure = partOf(html, "figure");
  const { data, layout }: Figure = JSON.parse(figure.querySelector("script")?.textContent ?? "");
  return {
    title: figure.querySelector("figcaption")?.textContent,
    note: partOf(html, "figure + p").textContent,
    data,
    layout,
  };
}

const withOnset = (onset: Partial<Onset>): Findings => ({ ...OUTAGE, onset: { ...OUTAGE.onset, ...onset } });

describe("driftTimelineHtml", () => {
  it("draws bars by kind and, on its own axis, the share affected", async () => {
    const { data, layout } = await drawn(OUTAGE);
    expect(data.map(({ name, type }) => `${type}: ${name}`)).toEqual([
      "bar: Missing in database",
      "bar: Status mismatches",
      "bar: Metadata mismatches",
      "bar: Field mismatches",
      "scatter: Share affected",
    ]);
    expect(data[0]?.y.slice(8, 14)).toEqual([0, 8, 8, 8, 8, 0]);
    expect(layout.xaxis.title.text).toBe("day the two sides parted (UTC)");
    expect(layout.yaxis2).toBeDefined();
  });

  it("marks the beginning, how sure it is, and the end", async () => {
    const { layout, note } = await drawn(OUTAGE);
    const { at, low, high, ends } = OUTAGE.onset;
    expect(layout.shapes.map(({ type, x0, x1 }) => [type, x0, x1])).toEqual([
      ["rect", low, high],
      ["line", at, at],
      ["line", ends, ends],
    ]);
    expect(layout.annotations.map(({ text }) => text)).toEqual(["began 2026-10-14 21:40", "ended 2026-10-17 06:15"]);
    expect(note).toContain("It began between 2026-10-14 20:55 and 2026-10-14 22:10 (shaded)");
  });

  it.each([
    ["burst", {}, "A burst: the drift began 2026-10-14 21:40 UTC and ended 2026-10-17 06:15 UTC"],
    ["step", { ends: null }, "A step: the drift began 2026-10-14 21:40 UTC and still goes on"],
    ["flat", NO_PATTERN.onset, "No beginning: the drift is spread over all the time there are data for"],
    ["sparse", NO_PATTERN.onset, "Too few discrepancies to tell when the drift began"],
    ["none", NO_PATTERN.onset, "No point in time at which the drift began"],
  ] as const)("a %s says so in its title", async (shape, onset, title) => {
    expect((await drawn(withOnset({ ...onset, shape }))).title).toBe(title);
  });

  it("keeps the words of a beginning at the left edge and an end at the right one inside, and apart", async () => {
    const { layout } = await drawn(withOnset({ at: "2026-10-05T06:00:00Z", ends: "2026-10-25T06:00:00Z" }));
    expect(layout.annotations.map(({ xanchor, yshift = 0 }) => [xanchor, yshift])).toEqual([
      ["left", 0],
      ["right", -18],
    ]);
  });

  it("shows the drift and some time around it when there are too many stretches to see, and says what is left out", async () => {
    const early = ["2024-02-01", "2025-03-01"].map((day) => ({
      start: `${day}T00:00:00Z`,
      by_kind: { field_mismatch: 500 },
      affected: 500,
      changed: 500,
      rate: 1,
    }));
    const series = [...early, ...OUTAGE.frequency.series];
    const { layout, note, data } = await drawn({
      ...OUTAGE,
      frequency: { ...OUTAGE.frequency, bucket: "day", series },
    });
    expect(layout.xaxis.range).toEqual(["2026-10-07T20:55:00.000Z", "2026-10-24T06:15:00.000Z"]);
    expect(layout.yaxis.range[1]).toBeLessThan(50);
    expect(note).toContain("5 stretches of time with discrepancies lie outside the picture");
    expect(data[0]?.x).toHaveLength(series.length);
    const shares = data.at(-1);
    expect(shares?.x.slice(0, 4)).toEqual([
      "2024-02-01T00:00:00Z",
      "2024-02-02T00:00:00.000Z",
      "2025-03-01T00:00:00Z",
      "2025-03-02T00:00:00.000Z",
    ]);
    expect(shares?.y.slice(0, 4), "the line breaks where nothing is known").toEqual([1, null, 1, null]);
  });

  it("draws no share where none is known, and says so", async () => {
    const series = OUTAGE.frequency.series.map((one) => ({ ...one, changed: null, rate: null }));
    const { data, layout, note } = await drawn({
      ...OUTAGE,
      frequency: { ...OUTAGE.frequency, bucket: "hour", series },
    });
    expect(data.every(({ type }) => type === "bar")).toBe(true);
    expect(layout.yaxis2).toBeUndefined();
    expect(note).toContain("is not known, so no share is shown");
  });

  it("says so when nothing has a time", async () => {
    expect(await driftTimelineHtml(NO_PATTERN)).toContain("No discrepancy that was looked at has a known time.");
  });
});
