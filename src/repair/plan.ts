import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { EXIT, ReconError } from "../recon-error";
import { KINDS } from "../subscription";
import { stripeImageSchema } from "./stripe-image";

const time = z.iso.datetime();
const text = z.string().nullable();
/** A row as PostgreSQL writes it in text: column → value. */
const row = z.record(z.string(), text);

const change = z.object({
  subscription_id: z.string(),
  /** `insert` a missing row · `archive` an orphan · `update` what differs. */
  action: z.enum(["insert", "archive", "update"]),
  kinds: z.array(z.enum(KINDS)).min(1),
  /** Why, a sentence each. */
  why: z.array(z.string()),
  /** The whole row as it was; null where there is none. */
  before: row.nullable(),
  /** The columns that are written. */
  after: row,
  /** Columns that are set to the time of writing. */
  stamped: z.array(z.string()),
  /** What Stripe says; null for an orphan. */
  stripe: stripeImageSchema.nullable(),
});

const leftOut = z.object({
  subscription_id: z.string(),
  kind: z.enum(KINDS),
  /** Its disposition in the report, where that is the reason. */
  disposition: z.string(),
  reason: z.string(),
});

/** `plan.json`: what a repair is to change. Times are ISO 8601 in UTC. */
export const planSchema = z.object({
  schema_version: z.literal(1),
  plan_id: z.string(),
  created_at: time,
  operator: z.string(),
  account_id: text,
  livemode: z.boolean(),
  /** Server and database, without user and password. */
  database: z.string(),
  /** The table, quoted for SQL. */
  table: z.string(),
  id_column: z.string(),
  /** Our column → the table's. */
  columns: z.record(z.string(), z.string()),
  /** SHA-256 of what the table is made of: columns, keys, checks, triggers. */
  table_fingerprint: z.string(),
  table_rows: z.number().int().nonnegative(),
  /** The mapping, as the comparison reads it. */
  config: z.record(z.string(), z.unknown()),
  /** The report it follows from; null for one made of ids. */
  report: z
    .object({
      directory: z.string(),
      run_id: z.string(),
      inputs: z.array(z.object({ path: z.string(), sha256: z.string() })),
    })
    .nullable(),
  counts: z.object({ insert: z.number(), archive: z.number(), update: z.number(), left_out: z.number() }),
  changes: z.array(change),
  left_out: z.array(leftOut),
  /** Metadata keys that no subscription of Stripe's has: they are the app's, and kept. */
  kept_metadata_keys: z.array(z.string()),
  /** SHA-256 of this file without this member. */
  hash: z.string(),
});

/** A parsed `plan.json`. */
export type Plan = z.infer<typeof planSchema>;

/** One change of a plan. */
export type Change = z.infer<typeof change>;

/** Something a plan does not touch, and why. */
export type LeftOut = z.infer<typeof leftOut>;

/** So many letters of a hash are enough to confirm a plan. */
const SHORTEST_HASH = 12;

/** Seals a plan with its hash. */
export function sealPlan(plan: Omit<Plan, "hash">): Plan {
  return { ...plan, hash: hashOf(plan) };
}

function hashOf(plan: Omit<Plan, "hash">): string {
  return createHash("sha256").update(JSON.stringify(plan)).digest("hex");
}

/**
 * Reads a plan.
 *
 * @param path - of `plan.json`
 * @throws ReconError when it is missing, not a plan, or was changed since it was made
 */
export async function readPlan(path: string): Promise<Plan> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new ReconError(
      "bad_plan",
      `${path}: the plan cannot be read (${(cause as Error).message}). Give the plan.json that recon repair plan wrote.`,
      { cause },
    );
  }
  const parsed = planSchema.safeParse(value);
  if (parsed.success === false) {
    const issue = parsed.error.issues[0];
    throw new ReconError(
      "bad_plan",
      `${path}: ${issue?.path.join(".") || "the top level"}: ${issue?.message}. It is no plan of a repair.`,
    );
  }
  const { hash, ...rest } = parsed.data;
  if (hashOf(rest) !== hash)
    throw refuse("plan_changed", `${path}: the plan was changed after it was made. Make a new one.`);
  return parsed.data;
}

/** @throws ReconError when what a person confirms is not this plan's hash, or a stage's. */
export function checkConfirmation(expected: string, confirmed: string | undefined, what: string): void {
  const given = confirmed?.trim().toLowerCase() ?? "";
  if (given.length >= SHORTEST_HASH && expected.startsWith(given)) return;
  throw refuse(
    "not_confirmed",
    given === ""
      ? `${what} has to be confirmed: read the plan, then give its hash with --confirm.`
      : `--confirm ${given}: that is not the hash of ${what}${given.length < SHORTEST_HASH ? ` (at least ${SHORTEST_HASH} letters of it)` : ""}. Read the plan, and give the hash it names.`,
  );
}

/** A guard's refusal: nothing was done, and the terminal ends with 1. */
export function refuse(code: string, message: string, cause?: unknown): ReconError {
  return new ReconError(code, message, { exitCode: EXIT.discrepancies, ...(cause === undefined ? {} : { cause }) });
}

/** What a table is made of, as one hash: a plan fits only the table it was made for. */
export function tableFingerprint(table: {
  readonly columns: readonly object[];
  readonly keys: readonly object[];
  readonly checks: readonly object[];
  readonly triggers: readonly object[];
  readonly refersTo: readonly object[];
}): string {
  const { columns, keys, checks, triggers, refersTo } = table;
  const shape = columns.map((column) => Object.entries(column).filter(([name]) => !name.startsWith("can")));
  return createHash("sha256")
    .update(JSON.stringify([shape, keys, checks, triggers, refersTo]))
    .digest("hex");
}
