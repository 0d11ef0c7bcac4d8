import { z } from "zod";
import { CAUSE_CODES } from "../drift/cause-codes";
import { KINDS, type Kind } from "../subscription";
import { type Alert, REASONS_TO_TELL } from "./judge-alert";
import { openOfKind } from "./open-findings";
import { OUTCOMES, type RunRecord, TRIGGERS } from "./run-record";
import { scopeLabel } from "./scope-label";

const count = z.number().int().nonnegative();
const time = z.iso.datetime();
const RUNBOOKS = [
  "Database Connection Failure",
  "Stripe API Failure",
  "Stripe Webhook Failure",
  "Data Reconciliation Mismatch",
] as const;

/** What a hook is given: counts, codes and times, nothing that says who. Times are ISO 8601 in UTC. */
export const notificationSchema = z.object({
  schema_version: z.literal(1),
  event: z.literal("reconciliation"),
  reasons: z.array(z.enum(REASONS_TO_TELL)).min(1),
  run_id: z.string(),
  trigger: z.enum(TRIGGERS),
  /** `all`, or a name that does not tell which part. */
  scope: z.string(),
  started_at: time,
  finished_at: time,
  outcome: z.enum(OUTCOMES),
  verdict: z.enum(["clean", "discrepancies", "incomparable"]).nullable(),
  /** The runbook to open; why a run failed is for `recon history`, as it may name what a hook is not told. */
  runbook: z.enum(RUNBOOKS).nullable(),
  /** `actionable` are those that nobody accepted. */
  counts: z
    .record(
      z.enum(KINDS),
      z.object({ actionable: count, accepted: count, in_flight: count, expected: count, review: count }),
    )
    .nullable(),
  new_findings: count,
  affected_subscriptions: count.nullable(),
  impact: z.enum(["none", "immediate", "review", "staged"]).nullable(),
  rows: z.object({ stripe: count, database: count }).nullable(),
  rejected: z.object({ stripe: count, database: count }).nullable(),
  causes: z.array(z.object({ code: z.enum(CAUSE_CODES), confidence: z.number(), subscriptions: count })).nullable(),
  /** Folder of the report, on the machine that made it. */
  report: z.string().nullable(),
});

/** What a hook is given. */
export type Notification = z.infer<typeof notificationSchema>;

/** Makes of a record what a hook may know. */
export function notificationOf(record: RunRecord, { reasons, newFindings }: Alert): Notification {
  const { run_id, trigger, started_at, finished_at, outcome, verdict, affected_subscriptions, impact } = record;
  const { counts, rows, rejected, causes, report } = record;
  return {
    schema_version: 1,
    event: "reconciliation",
    reasons: [...reasons],
    ...{ run_id, trigger, scope: scopeLabel(record.scope), started_at, finished_at, outcome, verdict },
    runbook: runbookOf(record),
    counts:
      counts === null
        ? null
        : (Object.fromEntries(
            KINDS.map((kind) => [
              kind,
              { ...counts[kind], actionable: openOfKind(record, kind), accepted: record.accepted?.[kind] ?? 0 },
            ]),
          ) as Record<Kind, NonNullable<Notification["counts"]>[Kind]>),
    new_findings: newFindings,
    ...{ affected_subscriptions, impact, rows, rejected, causes, report },
  };
}

function runbookOf({ message, affected_subscriptions: affected }: RunRecord): Notification["runbook"] {
  if ((affected ?? 0) > 0) return "Data Reconciliation Mismatch";
  return RUNBOOKS.find((each) => message?.includes(`"${each}"`)) ?? null;
}
