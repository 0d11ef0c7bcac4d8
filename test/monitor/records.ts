import { type RunRecord, resultlessRecord } from "../../src/monitor/run-record";
import { noCounts, scopeOf } from "../../src/reconcile/summary";
import { KINDS, type Kind } from "../../src/subscription";

/** What a record of a test says besides the usual. */
export interface RecordParts extends Partial<RunRecord> {
  /** Actionable discrepancies, of the kind status_mismatch. */
  readonly affected?: number;
}

let made = 0;

/** The record of a run of everything by watch, which finished in the same second unless told otherwise. */
export function runRecord({ affected = 0, ...parts }: RecordParts): RunRecord {
  const at = parts.started_at ?? parts.finished_at ?? "2026-11-02T06:00:00Z";
  const basics = resultlessRecord({
    run_id: `${at.replace(/[-:]/g, "")}-${String(made++).padStart(8, "0")}`,
    trigger: "watch",
    scope: "all",
    started_at: at,
    finished_at: at,
    source: "live",
    outcome: "failed",
    message: "It failed.",
  });
  if ((parts.outcome ?? "finished") !== "finished") return { ...basics, ...parts };
  const { stripe: _, database: __, matched: ___, ...counts } = noCounts();
  return {
    ...basics,
    outcome: "finished",
    message: null,
    verdict: affected === 0 ? "clean" : "discrepancies",
    counts: { ...counts, status_mismatch: { ...counts.status_mismatch, actionable: affected } },
    accepted: Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>,
    affected_subscriptions: affected,
    impact: scopeOf(affected),
    rows: { stripe: 2890, database: 2880 },
    rejected: { stripe: 0, database: 1 },
    stripe_calls: 31,
    report: "reports/run",
    fingerprints: { open: fingerprints(affected), accepted: [] },
    by_tenant: [],
    causes: [],
    ...parts,
  };
}

/** So many fingerprints, always the same ones. */
export function fingerprints(count: number): string[] {
  return Array.from({ length: count }, (_, number) => number.toString(16).padStart(12, "0"));
}
