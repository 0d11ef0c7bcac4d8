import { describe, expect, it } from "vitest";
import { findIncidents, timeToDetect, timeToRepair } from "../../../src/monitor/health/incidents";
import type { RunRecord } from "../../../src/monitor/run-record";
import type { RepairOnRecord } from "../../../src/repair/list-repairs";
import { runRecord } from "../records";
import { at, repair, runsOf } from "./hourly-runs";

describe("an incident is a series of runs that found something", () => {
  it.each([
    ["nothing on record", "0", []],
    ["never anything", "0 0 0", []],
    ["found and gone", "0 5 7 0", [[1, 2, 3, 7]]],
    ["still there", "0 5 7", [[1, 2, null, 7]]],
    ["there from the first run on", "5 0", [[0, 0, 1, 5]]],
    [
      "twice",
      "5 0 3 0",
      [
        [0, 0, 1, 5],
        [2, 2, 3, 3],
      ],
    ],
    ["a run that failed ends none", "5 - 5 0", [[0, 2, 3, 5]]],
    ["a run that was missed ends none", "5 . 0", [[0, 0, 2, 5]]],
    ["exports that cannot be compared begin and end none", "? 5 ? 0 ?", [[1, 1, 3, 5]]],
    ["what is accepted is none", "a3 a3", []],
    ["what is accepted ends it", "5 a3", [[0, 0, 1, 5]]],
    ["an acceptance that ended begins one", "a3 3", [[1, 1, null, 3]]],
  ] as const)("%s: %s", (_, words, expected) => {
    const runs = runsOf(words);
    const found = findIncidents(runs, []).map(({ first, runs: own, endedBy, most }) => [
      runs.indexOf(first),
      runs.indexOf(own.at(-1) as RunRecord),
      endedBy === null ? null : runs.indexOf(endedBy),
      most,
    ]);
    expect(found).toEqual(expected);
  });

  it("is one of its scope: another scope's clean run does not end it", () => {
    const one = runsOf("5 5 5");
    const other = runsOf("0 4 0", { scope: "tenant_id=b" });
    const mixed = [...one, ...other].sort((a, b) => a.started_at.localeCompare(b.started_at));
    expect(findIncidents(mixed, []).map(({ scope, endedBy }) => [scope, endedBy?.started_at])).toEqual([
      ["all", undefined],
      ["tenant_id=b", at(2)],
    ]);
  });
});

describe("a repair belongs to an incident", () => {
  const runs = runsOf("0 5 5 0 0 3 0");
  const other = runRecord({ started_at: at(1, 30), scope: "tenant_id=b", affected: 1 });
  it.each([
    ["by the report it follows from, however late it is", repair(9, { reportRunId: runs[1]?.run_id ?? "" }), [1, 0]],
    ["that was open when it began", repair(2), [1, 0]],
    [
      "that was open when it began, by a report on another run of its scope",
      repair(5, { reportRunId: runs[4]?.run_id ?? "" }),
      [0, 1],
    ],
    ["but not to one of another scope", repair(2, { reportRunId: other.run_id }), [0, 0]],
    ["and to none when nothing was open", repair(4), [0, 0]],
  ] as const)("%s", (_, made, expected) => {
    const incidents = findIncidents([...runs, other], [made]).filter(({ scope }) => scope === "all");
    expect(incidents.map(({ repairs }) => repairs.length)).toEqual(expected);
  });
});

describe("how long it took", () => {
  const incidentOf = (words: string, onset: string | null, repairs: readonly RepairOnRecord[] = []) => {
    const runs = runsOf(words);
    const first = runs.find((run) => (run.affected_subscriptions ?? 0) > 0)?.run_id ?? "";
    const [incident] = findIncidents(runs, repairs, new Map([[first, onset]]));
    if (incident === undefined) throw new Error("no incident");
    return incident;
  };
  it.each([
    [
      "from the onset to the end of the run that saw it",
      "0 5",
      at(0, 30),
      { milliseconds: 34 * 60_000, isExact: true },
    ],
    ["at most since the clean run before", "0 5", null, { milliseconds: 64 * 60_000, isExact: false }],
    [
      "at most since the last clean run before those that failed",
      "0 - - 5",
      null,
      { milliseconds: 184 * 60_000, isExact: false },
    ],
    ["not known without either", "5", null, null],
    ["an onset after it was seen is none", "0 5", at(3), { milliseconds: 64 * 60_000, isExact: false }],
  ] as const)("to detect: %s", (_, words, onset, expected) => {
    expect(timeToDetect(incidentOf(words, onset))).toEqual(expected);
  });
  it.each([
    ["without a repair", [], null],
    ["to the end of the repair", [repair(1)], 16 * 60_000],
    ["to the end of the last repair", [repair(1), repair(2)], 76 * 60_000],
    ["a repair that did not end is none", [repair(1, { finishedAt: null })], null],
    ["a repair that was rolled back is none", [repair(1, { rolledBackAt: at(1, 50) })], null],
    ["the one before a repair that was rolled back", [repair(1), repair(2, { rolledBackAt: at(2, 50) })], 16 * 60_000],
  ] as const)("to repair: %s", (_, repairs, expected) => {
    expect(timeToRepair(incidentOf("0 5 5", null, repairs))).toBe(expected);
  });
});
