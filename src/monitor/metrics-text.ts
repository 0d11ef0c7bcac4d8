import { DISPOSITIONS, KINDS } from "../subscription";
import { isComparable, newFindings, openOfKind } from "./open-findings";
import { OUTCOMES, type RunRecord } from "./run-record";
import { scopeLabel } from "./scope-label";

/** What the metrics are about. */
export interface MetricsInput {
  /** Runs of one scope and one source, in their order: those of the last day, and the newest that can be compared, with some before. */
  readonly records: readonly RunRecord[];
  readonly scope: string;
  readonly now: Date;
  /** The time between two runs on schedule, in milliseconds; null where it is not known. */
  readonly period: number | null;
}

const DAY = 86_400_000;

/**
 * The metrics of a scope in Prometheus' text format. They hold counts and times alone: no names, no ids, no tenants.
 *
 * Format: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export async function metricsText({ records, scope, now, period }: MetricsInput): Promise<string> {
  const { Gauge, Registry } = await import("prom-client");
  const registry = new Registry();
  registry.setDefaultLabels({ scope: scopeLabel(scope) });
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge<Label>({ name, help, labelNames, registers: [registry] });
  const reconciliation = (name: string): string => `subscription_reconciliation_${name}`;

  const runs = gauge(reconciliation("runs"), "Runs of the last 24 hours by outcome.", ["outcome"]);
  const recent = records.filter(({ started_at }) => Date.parse(started_at) > now.getTime() - DAY);
  for (const outcome of OUTCOMES) runs.set({ outcome }, recent.filter((each) => each.outcome === outcome).length);
  if (period !== null) gauge(reconciliation("period_seconds"), "Time between two runs on schedule.").set(period / 1000);

  const comparable = records.filter(isComparable);
  const last = comparable.at(-1);
  if (last === undefined) return registry.metrics();
  const mismatches = gauge("subscription_mismatch_count", "Discrepancies at the last reconciliation.", [
    "kind",
    "disposition",
  ]);
  for (const kind of KINDS) {
    for (const disposition of DISPOSITIONS)
      mismatches.set({ kind, disposition }, last.counts?.[kind][disposition] ?? 0);
    mismatches.set({ kind, disposition: "actionable" }, openOfKind(last, kind));
    mismatches.set({ kind, disposition: "accepted" }, last.accepted?.[kind] ?? 0);
  }
  gauge("subscription_mismatch_new", "Actionable discrepancies that the reconciliation before did not find.").set(
    newFindings(last, comparable.at(-2) ?? null),
  );
  gauge(reconciliation("affected_subscriptions"), "Subscriptions with an actionable discrepancy.").set(
    last.affected_subscriptions ?? 0,
  );
  const [started, finished] = [last.started_at, last.finished_at].map((time) => Date.parse(time) / 1000);
  gauge(
    reconciliation("last_success_timestamp_seconds"),
    "When the last reconciliation that came to a verdict ended.",
  ).set(finished ?? 0);
  gauge(reconciliation("duration_seconds"), "How long the last reconciliation took.").set(
    (finished ?? 0) - (started ?? 0),
  );
  const rows = gauge(reconciliation("rows"), "Rows that were read.", ["side"]);
  const rejected = gauge(reconciliation("rejected_rows"), "Rows that could not be read.", ["side"]);
  for (const side of ["stripe", "database"] as const) {
    rows.set({ side }, last.rows?.[side] ?? 0);
    rejected.set({ side }, last.rejected?.[side] ?? 0);
  }
  if (last.stripe_calls !== null)
    gauge(reconciliation("stripe_calls"), "Requests that were sent to Stripe.").set(last.stripe_calls);
  return registry.metrics();
}
