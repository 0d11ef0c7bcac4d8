import { z } from "zod";
import { CAUSE_CODES } from "../drift/cause-codes";
import { KINDS } from "../subscription";

const count = z.number().int().nonnegative();
const time = z.iso.datetime();
const bothSides = z.object({ stripe: count, database: count });
const perDisposition = z.object({ actionable: count, in_flight: count, expected: count, review: count });

/** What started a reconciliation. */
export const TRIGGERS = ["by_hand", "cron", "watch", "tenant"] as const;
/** One of {@link TRIGGERS}. */
export type Trigger = (typeof TRIGGERS)[number];

/** `finished` with a verdict · `failed` without one · `missed`: it was due and did not run. */
export const OUTCOMES = ["finished", "failed", "missed"] as const;
/** One of {@link OUTCOMES}. */
export type Outcome = (typeof OUTCOMES)[number];

/** How many fingerprints a record keeps at most of a sort, and how many tenants. */
export const FINGERPRINTS_KEPT = 1000;
export const TENANTS_KEPT = 50;

/**
 * One reconciliation on record: when, of what, and what came of it. Times are ISO 8601 in UTC, whole seconds; what a run that did not
 * finish cannot know is null.
 */
export const runRecordSchema = z.object({
  schema_version: z.literal(1),
  /** As in `summary.json`; unique. */
  run_id: z.string().min(1),
  trigger: z.enum(TRIGGERS),
  /** What was compared: `all`, or the part, such as `tenant_id=tenant_001`. Runs of one scope can be compared with each other. */
  scope: z.string().min(1),
  /** Of a missed run: when it was due. */
  started_at: time,
  finished_at: time,
  outcome: z.enum(OUTCOMES),
  verdict: z.enum(["clean", "discrepancies", "incomparable"]).nullable(),
  /** Why it failed, was missed or is incomparable, in a sentence without secrets. */
  message: z.string().nullable(),
  /** Whether it read both sides itself or was given two exports. */
  source: z.enum(["live", "files"]).nullable(),
  counts: z.record(z.enum(KINDS), perDisposition).nullable(),
  /** How many of the actionable ones of a kind somebody had accepted at that time. */
  accepted: z.record(z.enum(KINDS), count).nullable(),
  /** Distinct subscriptions with an actionable discrepancy, accepted ones included, as in `summary.json`. */
  affected_subscriptions: count.nullable(),
  /** The runbook's scope of an incident, by the affected subscriptions. */
  impact: z.enum(["none", "immediate", "review", "staged"]).nullable(),
  /** Every row of each export, the rejected ones included. */
  rows: bothSides.nullable(),
  rejected: bothSides.nullable(),
  /** Requests sent to Stripe. */
  stripe_calls: count.nullable(),
  /** Folder of the report. */
  report: z.string().nullable(),
  /**
   * A hash of each actionable discrepancy (see `fingerprintOf`), sorted, apart by whether it was accepted. Of each sort only the
   * smallest {@link FINGERPRINTS_KEPT} are kept: of two runs, the hashes below the largest kept one can still be compared.
   */
  fingerprints: z.object({ open: z.array(z.string()), accepted: z.array(z.string()) }).nullable(),
  /** Actionable discrepancies by tenant, most first, {@link TENANTS_KEPT} at most; a null tenant is one that is not known. */
  by_tenant: z.array(z.object({ tenant: z.string().nullable(), actionable: count })).nullable(),
  /** Probable causes, best first; null where the pattern was not looked at. */
  causes: z.array(z.object({ code: z.enum(CAUSE_CODES), confidence: z.number(), subscriptions: count })).nullable(),
});

/** A parsed record. */
export type RunRecord = z.infer<typeof runRecordSchema>;

/** What is known of a run that brought no result. */
export interface ResultlessRun
  extends Pick<RunRecord, "run_id" | "trigger" | "scope" | "started_at" | "finished_at" | "source"> {
  readonly outcome: "failed" | "missed";
  readonly message: string;
}

/** The record of a run that failed or was missed. */
export function resultlessRecord(run: ResultlessRun): RunRecord {
  return {
    schema_version: 1,
    ...run,
    verdict: null,
    counts: null,
    accepted: null,
    affected_subscriptions: null,
    impact: null,
    rows: null,
    rejected: null,
    stripe_calls: null,
    report: null,
    fingerprints: null,
    by_tenant: null,
    causes: null,
  };
}
