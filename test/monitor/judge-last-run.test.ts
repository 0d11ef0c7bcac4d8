import { describe, expect, it } from "vitest";
import { judgeImpact, judgeLastRun } from "../../src/monitor/judge-last-run";
import type { LastRuns } from "../../src/monitor/last-run";
import type { RunRecord } from "../../src/monitor/run-record";
import { runRecord } from "./records";

const NOW = new Date("2026-11-02T12:00:00Z");

function finished(affected: number, finished_at: string, verdict: RunRecord["verdict"] = "discrepancies"): RunRecord {
  const message = verdict === "incomparable" ? "The two share no ids." : null;
  return runRecord({ verdict, message, finished_at, affected, report: "reports/run-1" });
}

function lastIs(run: RunRecord): LastRuns {
  return { last: run, lastFinished: run };
}

const FAILED = runRecord({
  outcome: "failed",
  finished_at: "2026-11-02T11:30:00Z",
  message: "stripe.json: half a document.",
});

describe("the last reconciliation", () => {
  it.each<[string, LastRuns, "pass" | "warn", RegExp, RegExp | null]>([
    ["never", { last: null, lastFinished: null }, "warn", /No reconciliation is on record/, /cron: 0 \* \* \* \*/],
    [
      "this hour",
      lastIs(finished(7, "2026-11-02T11:20:00Z")),
      "pass",
      /40 min ago .* discrepancies\. Its report: reports\/run-1/,
      null,
    ],
    [
      "today",
      lastIs(finished(0, "2026-11-01T12:00:00Z", "clean")),
      "pass",
      /24 h ago \(2026-11-01 12:00 UTC\) .* clean/,
      null,
    ],
    ["last week", lastIs(finished(0, "2026-10-26T12:00:00Z", "clean")), "warn", /7 days ago/, /Schedule it/],
    [
      "without an answer",
      lastIs(finished(0, "2026-11-02T11:20:00Z", "incomparable")),
      "warn",
      /incomparable: The two share no ids\. Its/,
      /Mend the exports/,
    ],
    [
      "failed",
      { last: FAILED, lastFinished: null },
      "warn",
      /failed 30 min ago .*: stripe\.json: half a document\./,
      /run it again/,
    ],
    [
      "missed",
      { last: { ...FAILED, outcome: "missed" }, lastFinished: null },
      "warn",
      /was missed 30 min ago/,
      /run it again/,
    ],
  ])("%s", (_, runs, outcome, says, todo) => {
    const check = judgeLastRun(runs, NOW);
    expect(check).toMatchObject({ name: "last_reconciliation", outcome, says: expect.stringMatching(says) });
    if (todo === null) expect(check.todo).toBeNull();
    else expect(check.todo).toMatch(todo);
  });
});

describe("the impact", () => {
  it.each<[number, "pass" | "warn", RegExp, RegExp | null]>([
    [0, "pass", /^0 subscriptions were affected/, null],
    [1, "pass", /^1 subscription was affected .*2026-11-02 11:20 UTC: fewer than 100/, null],
    [99, "pass", /fewer than 100/, null],
    [100, "warn", /100 to 1,000/, /pattern/],
    [1000, "warn", /100 to 1,000/, /pattern/],
    [1001, "warn", /^1,001 .*more than 1,000/, /Escalate.*stages/],
  ])("of %i subscriptions: %s", (affected, outcome, says, todo) => {
    const check = judgeImpact(lastIs(finished(affected, "2026-11-02T11:20:00Z")));
    expect(check).toMatchObject({ name: "impact", outcome, says: expect.stringMatching(says) });
    if (todo === null) expect(check.todo).toBeNull();
    else expect(check.todo).toMatch(todo);
  });

  it.each<[string, LastRuns]>([
    ["no reconciliation", { last: null, lastFinished: null }],
    ["one that failed", { last: FAILED, lastFinished: null }],
    ["exports that could not be compared", lastIs(finished(0, "2026-11-02T11:20:00Z", "incomparable"))],
  ])("is not known after %s", (_, runs) => {
    expect(judgeImpact(runs)).toMatchObject({ outcome: "warn", says: expect.stringContaining("not known") });
  });

  it("is that of the last report when a later reconciliation failed", () => {
    const runs = { last: FAILED, lastFinished: finished(3, "2026-11-02T10:00:00Z") };
    expect(judgeImpact(runs).says).toContain(
      "3 subscriptions were affected at the reconciliation of 2026-11-02 10:00 UTC",
    );
  });
});
