import { describe, expect, it } from "vitest";
import { findIncidents } from "../../../src/monitor/health/incidents";
import { verifyIncident } from "../../../src/monitor/health/verification-points";
import type { RunRecord } from "../../../src/monitor/run-record";
import type { RepairOnRecord } from "../../../src/repair/list-repairs";
import { runRecord } from "../records";
import { at, repair } from "./hourly-runs";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** The end of the repair: an incident was seen at 00:00, and repaired from 01:10 to 01:20. */
const REPAIRED = Date.parse(at(1, 20));

/** Runs after the repair: when, as a time after it, and how many discrepancies were open. */
type Later = readonly (readonly [string, number | "failed" | "missed"])[];

function later(text: string): number {
  const [, number, unit] = /^(-?[\d.]+)(min|h|d)$/.exec(text) ?? [];
  return REPAIRED + Number(number) * { min: MINUTE, h: 60 * MINUTE, d: DAY }[unit as "min"];
}

function run([time, found]: Later[number]): RunRecord {
  const started_at = new Date(later(time)).toISOString().replace(".000Z", "Z");
  return typeof found === "number"
    ? runRecord({ started_at, affected: found })
    : runRecord({ started_at, outcome: found });
}

function pointsOf(runs: Later, now: string, repairs: readonly RepairOnRecord[]) {
  const all = [runRecord({ started_at: at(0), affected: 5 }), ...runs.map(run)];
  const [incident] = findIncidents(all, repairs);
  if (incident === undefined) throw new Error("no incident");
  return verifyIncident(incident, all, new Date(later(now)));
}

const states = (verification: ReturnType<typeof pointsOf>) => verification?.points.map(({ state }) => state);
const UNVERIFIED = repair(1, { verifications: [] });

describe("the three verifications tick themselves", () => {
  it.each([
    ["just repaired", [], "1min", ["due", "due", "due"]],
    ["a clean run within 5 minutes", [["5min", 0]], "6min", ["passed", "due", "due"]],
    ["no run within 5 minutes", [], "6min", ["missed", "due", "due"]],
    ["a clean run one minute too late", [["6min", 0]], "10min", ["missed", "due", "due"]],
    ["a run that failed proves nothing", [["2min", "failed"]], "6min", ["missed", "due", "due"]],
    ["something found within 5 minutes", [["2min", 3]], "6min", ["failed", "failed", "failed"]],
    [
      "a clean run a minute before 24 hours",
      [
        ["2min", 0],
        ["1439min", 0],
      ],
      "25h",
      ["passed", "due", "due"],
    ],
    [
      "a clean run after 24 hours",
      [
        ["2min", 0],
        ["24h", 0],
      ],
      "25h",
      ["passed", "passed", "due"],
    ],
    [
      "no run for a day after 24 hours",
      [
        ["2min", 0],
        ["49h", 0],
      ],
      "50h",
      ["passed", "missed", "due"],
    ],
    [
      "something found on the way to 24 hours",
      [
        ["2min", 0],
        ["10h", 3],
        ["24h", 0],
      ],
      "25h",
      ["passed", "failed", "failed"],
    ],
    [
      "something found after the proof of 24 hours",
      [
        ["2min", 0],
        ["24h", 0],
        ["30h", 3],
      ],
      "31h",
      ["passed", "passed", "failed"],
    ],
    [
      "all three",
      [
        ["2min", 0],
        ["24h", 0],
        ["7d", 0],
      ],
      "8d",
      ["passed", "passed", "passed"],
    ],
    [
      "found after all three",
      [
        ["2min", 0],
        ["24h", 0],
        ["7d", 0],
        ["7.5d", 3],
      ],
      "8d",
      ["passed", "passed", "passed"],
    ],
    [
      "nobody looked after a week",
      [
        ["2min", 0],
        ["24h", 0],
      ],
      "8.1d",
      ["passed", "passed", "missed"],
    ],
    ["a run that began before the repair ended proves nothing", [["-1min", 0]], "6min", ["missed", "due", "due"]],
  ] as const)("%s", (_, runs, now, expected) => {
    expect(states(pointsOf(runs, now, [UNVERIFIED]))).toEqual(expected);
  });

  it("names the run that proves a point, and the one that found something", () => {
    const verification = pointsOf(
      [
        ["2min", 0],
        ["10h", 3],
      ],
      "11h",
      [UNVERIFIED],
    );
    expect(verification?.points.map((point) => point.run?.started_at)).toEqual([at(1, 22), at(11, 20), at(11, 20)]);
  });

  it("takes the repair's own verification where no run looked within 5 minutes, and says so", () => {
    const [point] = pointsOf([["40min", 0]], "1h", [repair(1)])?.points ?? [];
    expect(point).toMatchObject({ state: "passed", run: null, ownVerification: 55 });
  });

  it("does not take one that found something", () => {
    const found = repair(1, { verifications: [{ at: at(1, 19), rows: 55, remaining: 2 }] });
    expect(states(pointsOf([], "1h", [found]))?.[0]).toBe("missed");
  });

  it("prefers a run that found something to the repair's own verification", () => {
    expect(states(pointsOf([["3min", 2]], "1h", [repair(1)]))?.[0]).toBe("failed");
  });

  it("counts the runs in between that brought nothing", () => {
    const verification = pointsOf(
      [
        ["2min", 0],
        ["3h", "failed"],
        ["4h", "missed"],
        ["24h", 0],
        ["25h", "failed"],
      ],
      "26h",
      [UNVERIFIED],
    );
    expect(verification?.points.map(({ gaps }) => gaps)).toEqual([0, 2, 3]);
  });

  it("begins again with the last repair", () => {
    const verification = pointsOf(
      [
        ["2min", 3],
        ["65min", 0],
      ],
      "70min",
      [UNVERIFIED, repair(2, { verifications: [] })],
    );
    expect(verification).toMatchObject({ since: at(2, 20), basis: "repair" });
    expect(states(verification)).toEqual(["passed", "due", "due"]);
  });

  it("counts from the first clean run where no repair is on record", () => {
    const verification = pointsOf([["2min", 0]], "1h", []);
    expect(verification).toMatchObject({ since: at(1, 22), basis: "clean_run" });
    expect(states(verification)).toEqual(["passed", "due", "due"]);
  });

  it.each([
    ["is open and not repaired", []],
    ["whose repair was rolled back", [repair(1, { rolledBackAt: at(1, 30) })]],
  ] as const)("has nothing to count from for an incident that %s", (_, repairs) => {
    expect(pointsOf([], "1h", repairs)).toBeNull();
  });

  it("does not look at runs of another scope", () => {
    const all = [
      runRecord({ started_at: at(0), affected: 5 }),
      runRecord({ started_at: at(1, 22), scope: "tenant_id=b", affected: 4 }),
    ];
    const [incident] = findIncidents(all, [UNVERIFIED]);
    const verification = incident === undefined ? null : verifyIncident(incident, all, new Date(later("4min")));
    expect(states(verification)).toEqual(["due", "due", "due"]);
  });
});
