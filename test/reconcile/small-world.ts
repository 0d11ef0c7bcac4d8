import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { reconcile } from "../../src/reconcile/reconcile";
import type { Summary } from "../../src/reconcile/summary";
import type { Disposition, Kind } from "../../src/subscription";

/** A row of an export by column name; what is not given is empty. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** What a reconciliation of a small world found. */
export interface Found {
  readonly summary: Summary;
  readonly rows: readonly {
    readonly subscription_id: string;
    readonly kind: Kind;
    readonly disposition: Disposition;
    readonly reason: string;
    readonly changed_at: string;
    readonly changed_at_basis: string;
    readonly tenant_id: string;
    readonly details: string;
  }[];
  readonly directory: string;
}

/** Both snapshots of a small world were taken at this time. */
export const AS_OF = "2026-06-01T12:00:00Z";

/** Unix seconds of an ISO time. */
export function unix(time: string): number {
  return Date.parse(time) / 1000;
}

/** A Stripe subscription that has lived quietly for a year. */
export function stripeRow(row: Row): Row {
  return { customer: "cus_1", status: "active", created: unix("2025-06-01T00:00:00Z"), metadata: "{}", ...row };
}

/** Its copy in the database. */
export function databaseRow(row: Row): Row {
  return {
    customer_id: "cus_1",
    status: "active",
    metadata: "{}",
    created_at: "2025-06-01 00:00:05+00",
    updated_at: "2025-06-01 00:00:05+00",
    ...row,
  };
}

/** Writes both exports as CSV, reconciles them, and reads the result. A pair that matches is added, so that the two share an id. */
export async function reconcileWorld(
  stripe: readonly Row[],
  database: readonly Row[],
  options: { config?: object; databaseAsOf?: string } = {},
): Promise<Found> {
  const directory = mkdtempSync(join(tmpdir(), "recon-world-"));
  const quiet = { id: "sub_quiet", customer: "cus_quiet", customer_id: "cus_quiet" };
  const { customer_id: _theirs, ...ours } = quiet;
  const { customer: _ours, ...theirs } = quiet;
  const stripePath = write(join(directory, "stripe.csv"), [
    stripeRow({ ...ours, created: unix("2025-01-01T00:00:00Z") }),
    ...stripe,
  ]);
  const databasePath = write(join(directory, "database.csv"), [databaseRow(theirs), ...database]);
  const config = options.config === undefined ? null : join(directory, "recon.json");
  if (config !== null) writeFileSync(config, JSON.stringify(options.config));
  const out = join(directory, "out");
  const { summary } = await reconcile({
    stripe: stripePath,
    database: databasePath,
    out,
    stripeAsOf: AS_OF,
    databaseAsOf: options.databaseAsOf ?? AS_OF,
    config,
  });
  const rows = parse(readFileSync(join(out, "discrepancies.csv")), { columns: true }) as Found["rows"];
  return { summary, rows, directory: out };
}

function write(path: string, rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  writeFileSync(path, stringify([...rows], { header: true, columns, cast: { boolean: (value) => String(value) } }));
  return path;
}
