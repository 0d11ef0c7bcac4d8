import { describe, expect, it } from "vitest";
import { metricsText } from "../../src/monitor/metrics-text";
import type { RunRecord } from "../../src/monitor/run-record";
import { KINDS, type Kind } from "../../src/subscription";
import { fingerprints, runRecord } from "./records";

const NOW = new Date("2026-11-02T12:00:00Z");
const accepted = (count: number): Record<Kind, number> =>
  ({ ...Object.fromEntries(KINDS.map((kind) => [kind, 0])), status_mismatch: count }) as Record<Kind, number>;

async function metricsOf(records: readonly RunRecord[], scope = "all"): Promise<Record<string, number>> {
  const text = await metricsText({ records, scope, now: NOW, period: 3_600_000 });
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = "", value] = /^(.*) (\S+)$/.exec(line) ?? [];
      return [name.replace(',scope="all"', "").replace('{scope="all"}', ""), Number(value)];
    }),
  );
}

describe("the metrics", () => {
  it("tell of the last result, and of the runs of a day", async () => {
    const metrics = await metricsOf([
      runRecord({ started_at: "2026-11-01T06:00:00Z", affected: 2 }),
      runRecord({ started_at: "2026-11-02T09:00:00Z", affected: 2 }),
      runRecord({
        started_at: "2026-11-02T10:00:00Z",
        finished_at: "2026-11-02T10:07:30Z",
        affected: 15,
        accepted: accepted(4),
        fingerprints: { open: fingerprints(15).slice(4), accepted: fingerprints(4) },
      }),
      runRecord({ started_at: "2026-11-02T11:00:00Z", outcome: "failed" }),
      runRecord({ started_at: "2026-11-02T11:30:00Z", verdict: "incomparable", affected: 0 }),
    ]);
    expect(metrics).toMatchObject({
      'subscription_mismatch_count{kind="status_mismatch",disposition="actionable"}': 11,
      'subscription_mismatch_count{kind="status_mismatch",disposition="accepted"}': 4,
      'subscription_mismatch_count{kind="status_mismatch",disposition="in_flight"}': 0,
      'subscription_mismatch_count{kind="missing_in_stripe",disposition="review"}': 0,
      subscription_mismatch_new: 11,
      subscription_reconciliation_affected_subscriptions: 15,
      subscription_reconciliation_last_success_timestamp_seconds: Date.parse("2026-11-02T10:07:30Z") / 1000,
      subscription_reconciliation_duration_seconds: 450,
      subscription_reconciliation_period_seconds: 3600,
      'subscription_reconciliation_rows{side="stripe"}': 2890,
      'subscription_reconciliation_rejected_rows{side="database"}': 1,
      subscription_reconciliation_stripe_calls: 31,
      'subscription_reconciliation_runs{outcome="finished"}': 3,
      'subscription_reconciliation_runs{outcome="failed"}': 1,
      'subscription_reconciliation_runs{outcome="missed"}': 0,
    });
    expect(Object.keys(metrics).filter((name) => name.startsWith("subscription_mismatch_count"))).toHaveLength(25);
  });

  it("say nothing of results before there is one", async () => {
    const failed = [runRecord({ started_at: "2026-11-02T11:00:00Z", outcome: "failed" })];
    expect(Object.keys(await metricsOf(failed))).toEqual([
      ...["finished", "failed", "missed"].map((each) => `subscription_reconciliation_runs{outcome="${each}"}`),
      "subscription_reconciliation_period_seconds",
    ]);
  });

  it("hold no name, no id and no text of a record", async () => {
    const secret = "Tenant-of-Kim";
    const record = runRecord({
      affected: 3,
      run_id: secret,
      scope: `tenant_id=${secret}`,
      report: `/srv/${secret}`,
      message: secret,
      by_tenant: [{ tenant: secret, actionable: 3 }],
    });
    const text = await metricsText({ records: [record], scope: record.scope, now: NOW, period: null });
    expect(text).toMatch(/scope="part_[0-9a-f]{8}"/);
    expect(text).not.toMatch(/Kim|tenant/);
  });
});
