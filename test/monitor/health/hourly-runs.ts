import type { RunRecord } from "../../../src/monitor/run-record";
import type { RepairOnRecord } from "../../../src/repair/list-repairs";
import { runRecord } from "../records";

/** The time of a run, of the hour of a day. */
export function at(hour: number, minute = 0): string {
  return new Date(Date.UTC(2026, 10, 2, hour, minute)).toISOString().replace(".000Z", "Z");
}

/** A run an hour from words: a number of open discrepancies, `a3` of accepted ones, `-` failed, `.` missed, `?` incomparable. */
export function runsOf(words: string, parts: Partial<RunRecord> = {}): RunRecord[] {
  return words.split(" ").map((word, hour): RunRecord => {
    const usual = { started_at: at(hour), finished_at: at(hour, 4), ...parts };
    if (word === "-") return runRecord({ ...usual, outcome: "failed" });
    if (word === ".") return runRecord({ ...usual, outcome: "missed" });
    if (word === "?") return runRecord({ ...usual, verdict: "incomparable", affected: 7 });
    const affected = Number(word.replace("a", ""));
    const run = runRecord({ ...usual, affected });
    const accepted = word.startsWith("a") ? affected : 0;
    return { ...run, accepted: { ...run.accepted, status_mismatch: accepted } as RunRecord["accepted"] };
  });
}

/** A repair that was done and verified at a time, unless told otherwise. */
export function repair(hour: number, parts: Partial<RepairOnRecord> = {}): RepairOnRecord {
  return {
    runId: `repair-${hour}`,
    reportRunId: null,
    operator: "somebody",
    startedAt: at(hour, 10),
    finishedAt: at(hour, 20),
    changed: 5,
    verifications: [{ at: at(hour, 19), rows: 55, remaining: 0 }],
    rolledBackAt: null,
    ...parts,
  };
}
