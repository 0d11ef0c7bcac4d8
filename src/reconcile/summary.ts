import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ReconError } from "../recon-error";
import { DISPOSITIONS, KINDS } from "../subscription";

const count = z.number().int().nonnegative();
const perDisposition = z.object({ actionable: count, in_flight: count, expected: count, review: count });
const time = z.iso.datetime();

const input = z.object({
  path: z.string(),
  format: z.string(),
  sha256: z.string(),
  bytes: count,
  /** Every row of the file, the rejected ones included. */
  rows: count,
  rejected: count,
  as_of: time,
  /** How `as_of` is known. */
  as_of_basis: z.enum(["sidecar", "option", "file_time"]),
  /** Oldest and newest creation; null when there is no such column. */
  created_from: time.nullable(),
  created_to: time.nullable(),
  livemode: z.enum(["live", "test", "mixed", "unknown"]),
  complete: z.enum(["yes", "no", "unknown"]),
  /** Other files it was read from, such as Sigma's metadata. */
  also_read: z.array(z.string()),
});

/** `summary.json`: what one reconciliation found. Times are ISO 8601 in UTC. */
export const summarySchema = z.object({
  schema_version: z.literal(1),
  run_id: z.string(),
  started_at: time,
  finished_at: time,
  verdict: z.enum(["clean", "discrepancies", "incomparable"]),
  /** Why the verdict is `incomparable`, in a sentence; null when it is not. */
  refusal: z.string().nullable(),
  counts: z.object({
    stripe: count,
    database: count,
    matched: count,
    missing_in_database: perDisposition,
    missing_in_stripe: perDisposition,
    status_mismatch: perDisposition,
    metadata_mismatch: perDisposition,
    field_mismatch: perDisposition,
  }),
  /** Distinct subscriptions with an actionable discrepancy. */
  affected_subscriptions: count,
  scope: z.enum(["none", "immediate", "review", "staged"]),
  escalate: z.boolean(),
  withheld: z.array(z.object({ kind: z.enum(KINDS), reason: z.string(), rows: count })),
  warnings: z.array(z.object({ code: z.string(), message: z.string(), rows: count })),
  /** What these two files cannot tell. */
  not_compared: z.array(z.object({ what: z.string(), why: z.string() })),
  /** How the database spells statuses, where it is not Stripe's way. */
  vocabulary: z.array(z.object({ word: z.string(), statuses: z.array(z.string()), rows: count })),
  inputs: z.object({ stripe: input, database: input }),
});

/** A parsed `summary.json`. */
export type Summary = z.infer<typeof summarySchema>;

/** Something worth knowing about the exports, with how many rows it concerns. */
export type Warning = Summary["warnings"][number];

/** What is known of one input. */
export type InputSummary = z.infer<typeof input>;

/** Counts by disposition. */
export type DispositionCounts = z.infer<typeof perDisposition>;

/** Counts with nothing in them. */
export function noCounts(): Summary["counts"] {
  const none = (): DispositionCounts =>
    Object.fromEntries(DISPOSITIONS.map((disposition) => [disposition, 0])) as DispositionCounts;
  return {
    stripe: 0,
    database: 0,
    matched: 0,
    ...(Object.fromEntries(KINDS.map((kind) => [kind, none()])) as Record<(typeof KINDS)[number], DispositionCounts>),
  };
}

/** The scope of an incident by the runbook: below 100 reconcile at once, to 1,000 look first, above in stages. */
export function scopeOf(affected: number): Summary["scope"] {
  if (affected === 0) return "none";
  if (affected < 100) return "immediate";
  return affected <= 1000 ? "review" : "staged";
}

/**
 * Reads a `summary.json`.
 *
 * @throws ReconError when it is missing or not valid, naming the member.
 */
export async function readSummary(path: string): Promise<Summary> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new ReconError(
      "bad_summary",
      `${path}: the summary cannot be read (${(cause as Error).message}). Give a folder that recon diff or recon report wrote.`,
      { cause },
    );
  }
  const parsed = summarySchema.safeParse(value);
  if (parsed.success === true) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ReconError(
    "bad_summary",
    `${path}: ${issue?.path.join(".")}: ${issue?.message}. The file was changed, or another version wrote it.`,
  );
}
