import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Reconciliation, reconcile } from "../reconcile/reconcile";
import { describeTable } from "../sources/postgres/describe-table";
import { exportDatabase } from "../sources/postgres/export-database";
import { readOnlySnapshot } from "../sources/postgres/read-only-snapshot";
import { exportStripe } from "../sources/stripe-api/export-stripe";
import type { Live } from "./both-sides";
import { mapTable } from "./map-table";
import type { Mapping } from "./read-mapping";

/**
 * Exports both sides whole and compares them, by the mapping that a repair writes with.
 *
 * @param out - folder for the exports and the result; made
 */
export async function reportNow(
  { stripe, client }: Live,
  mapping: Mapping,
  out: string,
  onProgress: (step: string) => void = () => undefined,
): Promise<Reconciliation> {
  const path = (name: string): string => join(out, name);
  await mkdir(out, { recursive: true });
  const mapped = await readOnlySnapshot(client, async () =>
    mapTable(mapping, await describeTable(client, mapping.table)),
  );
  await writeFile(path("recon.json"), `${JSON.stringify(mapped.config, null, 2)}\n`);
  onProgress("Exporting Stripe");
  await exportStripe(stripe, { out: path("stripe.ndjson.gz") });
  onProgress("Exporting the database");
  await exportDatabase(client, { out: path("database.csv.gz"), table: mapping.table });
  const exports = { stripe: path("stripe.ndjson.gz"), database: path("database.csv.gz"), config: path("recon.json") };
  return reconcile({ ...exports, out, onProgress });
}
