import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ReconError } from "../recon-error";
import { COLUMNS, type Column } from "./column";

const columnNames = z.partialRecord(z.enum(COLUMNS), z.string().min(1));

/** `recon.json`: how a table of one's own is read, for either side. */
export const configSchema = z.strictObject({
  /** Our column → the name of the column that holds it. */
  stripe: z.strictObject({ columns: columnNames }).optional(),
  database: z
    .strictObject({
      columns: columnNames.optional(),
      /** The database's word for a status → the Stripe status or statuses it stands for. */
      statuses: z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])).optional(),
      /** Rows to read: column name → the values that are subscriptions of Stripe. */
      only: z.record(z.string(), z.array(z.string()).min(1)).optional(),
      /** The table that a repair writes, or schema.table. */
      table: z.string().min(1).optional(),
      /** The word a repair writes as the status of an orphan; `archived` when not given. */
      archived: z.string().min(1).optional(),
      /** What a repair writes into columns of its own in a row it inserts: text, or a metadata key of Stripe's. */
      insert: z
        .record(
          z.string(),
          z.union([z.strictObject({ value: z.string() }), z.strictObject({ metadata: z.string().min(1) })]),
        )
        .optional(),
    })
    .optional(),
  metadata: z
    .strictObject({
      /** Keys that are not compared at all. */
      ignore: z.array(z.string()).optional(),
      /** Keys the app writes in the database alone; not a difference when Stripe lacks them. */
      owned_by_app: z.array(z.string()).optional(),
    })
    .optional(),
});

/** A parsed `recon.json`. */
export type Config = z.infer<typeof configSchema>;

/** The columns a configuration names for one side. */
export function configuredColumns(
  config: Config | null,
  side: "stripe" | "database",
): Readonly<Partial<Record<Column, string>>> {
  return config?.[side]?.columns ?? {};
}

/** What the database's words for a status stand for, as far as a configuration says; the word for orphans is one of them. */
export function configuredStatuses(config: Config | null): Readonly<Record<string, string | string[]>> {
  const { statuses = {}, archived } = config?.database ?? {};
  return archived === undefined ? statuses : { ...statuses, [archived]: "archived" };
}

/**
 * Reads `recon.json`.
 *
 * @throws ReconError when it is missing, no JSON, or has a member it should not have, naming that member.
 */
export async function readConfig(path: string): Promise<Config> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new ReconError(
      "bad_config",
      `${path}: the configuration cannot be read as JSON (${(cause as Error).message}).`,
      { cause },
    );
  }
  const parsed = configSchema.safeParse(value);
  if (parsed.success === true) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ReconError(
    "bad_config",
    `${path}: ${issue?.path.join(".") || "the top level"}: ${issue?.message ?? "not valid"}.`,
  );
}
