import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ReconError } from "../recon-error";
import { KINDS } from "../subscription";
import { CAUSE_CODES } from "./cause-codes";

const count = z.number().int().nonnegative();
const time = z.iso.datetime();
/** Between 0 and 1. */
const share = z.number().min(0).max(1);

const onset = z.object({
  /** The best estimate of when it began; null when there is none. */
  at: time.nullable(),
  /** The earliest and the latest it can have begun. */
  low: time.nullable(),
  high: time.nullable(),
  /** When the last change was missed; null when it still goes on at the time of the exports, or there is no end to tell. */
  ends: time.nullable(),
  /** `burst` began and ended · `step` began and goes on · `flat` as long as there are data · `sparse` too few to tell · `none`. */
  shape: z.enum(["burst", "step", "flat", "sparse", "none"]),
});

const transition = z.object({
  /** Status in Stripe, `(missing)` where the subscription is not there. */
  from: z.string(),
  /** Status in the database, `(missing)` where the row is not there. */
  to: z.string(),
  count,
});

const bucket = z.object({
  /** Start of the bucket. */
  start: time,
  /** Discrepancies that parted in it, by kind; kinds without any are left out. */
  by_kind: z.partialRecord(z.enum(KINDS), count),
  /** Subscriptions affected. */
  affected: count,
  /** Subscriptions whose last change in Stripe fell into it, affected ones included; null when the population is not known that exactly. */
  changed: count.nullable(),
  /** `affected` over `changed`; null when that is not known. */
  rate: share.nullable(),
});

/** A line of the timeline: the buckets of one transition or of one value. */
const line = {
  /** Affected subscriptions of the line whose time is known. */
  count,
  series: z.array(bucket.omit({ by_kind: true })),
};

const concentration = z.object({
  dimension: z.string(),
  value: z.string(),
  /** Affected subscriptions with that value. */
  count,
  /** Their share of all affected subscriptions. */
  share,
  /** The share of that value in the whole population. */
  baseline_share: share,
  lift: z.number().nonnegative(),
  /** One-sided exact test, corrected for the number of values that were looked at. */
  p_value: share,
});

const cause = z.object({
  code: z.enum(CAUSE_CODES),
  title: z.string(),
  confidence: share,
  /** Evidence for it, one sentence each. */
  supporting: z.array(z.string()),
  /** Evidence against it, one sentence each. */
  contradicting: z.array(z.string()),
  /** How to make sure. */
  confirm_by: z.string(),
  /** The action of the runbook that follows. */
  action: z.string(),
  /** When this cause began and ended; null when it has no bounds. */
  from: time.nullable(),
  to: time.nullable(),
  /** The subscriptions it explains, in order of their ids. */
  subscription_ids: z.array(z.string()),
});

/** `findings.json`: the pattern behind the discrepancies of one reconciliation. Times are ISO 8601 in UTC. */
export const findingsSchema = z.object({
  schema_version: z.literal(1),
  /** The reconciliation these findings are about; null for a discrepancies.csv alone. */
  run_id: z.string().nullable(),
  pattern: z.enum(["found", "none"]),
  /** The answer in one sentence. */
  headline: z.string(),
  /** Affected subscriptions that were looked at; those in flight and those the domain explains are not. */
  subscriptions: count,
  discrepancies: count,
  onset,
  by_kind: z.partialRecord(z.enum(KINDS), count),
  transitions: z.array(transition),
  metadata_keys: z.array(z.object({ key: z.string(), added: count, removed: count, changed: count })),
  fields: z.array(z.object({ field: z.string(), count })),
  frequency: z.object({
    bucket: z.enum(["hour", "day", "week"]),
    series: z.array(bucket),
    /** The same by transition, most frequent first; the rate is among those of that status in Stripe. */
    by_transition: z.array(z.object({ from: z.string(), to: z.string(), ...line })),
    /** The same by the values hit most in each dimension; the rate is among those with that value. */
    by_dimension: z.array(z.object({ dimension: z.string(), value: z.string(), ...line })),
  }),
  concentrations: z.array(concentration),
  causes: z.array(cause),
  /** What could not be looked at, and why. */
  not_tested: z.array(z.object({ what: z.string(), why: z.string() })),
  next_step: z.string(),
});

/** A parsed `findings.json`. */
export type Findings = z.infer<typeof findingsSchema>;
/** A cause with its evidence. */
export type Cause = Findings["causes"][number];
/** When it began. */
export type Onset = Findings["onset"];
/** A stretch of time in the timeline. */
export type Bucket = Findings["frequency"]["series"][number];
/** One transition or value over time, or all. */
export type Series = readonly Omit<Bucket, "by_kind">[];
/** A value that is affected more than its share. */
export type Concentration = Findings["concentrations"][number];

/**
 * Reads a `findings.json`.
 *
 * @throws ReconError when it is missing or not valid, naming the member.
 */
export async function readFindings(path: string): Promise<Findings> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new ReconError(
      "bad_findings",
      `${path}: the findings cannot be read (${(cause as Error).message}). Run recon drift first.`,
      { cause },
    );
  }
  const parsed = findingsSchema.safeParse(value);
  if (parsed.success === true) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ReconError(
    "bad_findings",
    `${path}: ${issue?.path.join(".")}: ${issue?.message}. The file was changed, or another version wrote it.`,
  );
}
