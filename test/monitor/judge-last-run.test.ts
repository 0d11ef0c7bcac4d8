import { describe, expect, it } from "vitest";
import { judgeImpact, judgeLastRun } from "../../src/monitor/judge-last-run";
import type { KeptRun, LastRuns } from "../../src/monitor/last-run";
import { noCounts, type Summary, scopeOf } from "../../src/reconcile/summary";

const NOW = new Date("2026-11-02T12:00:00Z");

function kept(affected: number, finished_at: string, verdict: Summary["verdict"] = "discrepancies"): KeptRun {
  const summary = {
    verdict,
    refusal: verdict === "incomparable" ? "The two share no ids." : null,
    finished_at,
    affected_subscriptions: affected,
    scope: scopeOf(affected),
    counts: noCounts(),
  };
  return { kind: "kept", summary: summary as unknown as Summary, directory: "reports/run-1" };
}

function lastIs(run: KeptRun): LastRuns {
  return { last: run, lastKept: run };
}

const FAILED: LastRuns["last"] = {
  kind: "failed",
  at: "2026-11-02T11:30:00Z",
  message: "stripe.json: half a document.",
};

describe("the last reconciliation", () => {
  it.each<[string, LastRuns, "pass" | "warn", RegExp, RegExp | null]>([
    ["never", { last: null, lastKept: null }, "warn", /No reconciliation is on record/, /cron: 0 \* \* \* \*/],
    [
      "this hour",
      lastIs(kept(7, "2026-11-02T11:20:00Z")),
      "pass",
      /40 min ago .* discrepancies\. Its report: reports\/run-1/,
      null,
    ],
    [
      "today",
      lastIs(kept(0, "2026-11-01T12:00:00Z", "clean")),
      "pass",
      /24 h ago \(2026-11-01 12:00 UTC\) .* clean/,
      null,
    ],
    ["last week", lastIs(kept(0, "2026-10-26T12:00:00Z", "clean")), "warn", /7 days ago/, /Schedule it/],
    [
      "without an answer",
      lastIs(kept(0, "2026-11-02T11:20:00Z", "incomparable")),
      "warn",
      /incomparable: The two share no ids\. Its/,
      /Mend the exports/,
    ],
    [
      "failed",
      { last: FAILED, lastKept: null },
      "warn",
      /failed 30 min ago .*: stripe\.json: half a document\./,
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
    const check = judgeImpact(lastIs(kept(affected, "2026-11-02T11:20:00Z")));
    expect(check).toMatchObject({ name: "impact", outcome, says: expect.stringMatching(says) });
    if (todo === null) expect(check.todo).toBeNull();
    else expect(check.todo).toMatch(todo);
  });

  it.each<[string, LastRuns]>([
    ["no reconciliation", { last: null, lastKept: null }],
    ["one that failed", { last: FAILED, lastKept: null }],
    ["exports that could not be compared", lastIs(kept(0, "2026-11-02T11:20:00Z", "incomparable"))],
  ])("is not known after %s", (_, runs) => {
    expect(judgeImpact(runs)).toMatchObject({ outcome: "warn", says: expect.stringContaining("not known") });
  });

  it("is that of the last report when a later reconciliation failed", () => {
    const runs = { last: FAILED, lastKept: kept(3, "2026-11-02T10:00:00Z") };
    expect(judgeImpact(runs).says).toContain(
      "3 subscriptions were affected at the reconciliation of 2026-11-02 10:00 UTC",
    );
  });
});
