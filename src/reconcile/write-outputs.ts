import { mkdtempSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { removeFolder } from "../remove-folder";
import { sqlText } from "../sources/sql-text";
import { neutralSql } from "./neutral-sql";
import type { Engine } from "./open-engine";
import { type MergedPopulation, writePopulation } from "./population";
import { type Summary, summarySchema } from "./summary";
import type { Compared } from "./with-comparison";

/** The columns of `discrepancies.csv` that hold text from the exports. */
const TEXT_COLUMNS = [
  "subscription_id",
  "customer_id",
  "tenant_id",
  "price_id",
  "stripe_status",
  "database_status",
] as const;

const neutral = (column: string): string => `${neutralSql(column)} AS ${column}`;

/** The discrepancies in the order of the contract. */
const DISCREPANCIES = "SELECT * FROM discrepancies ORDER BY subscription_id, kind";

/** The same, safe to open in a spreadsheet. */
const DISCREPANCIES_CSV = `SELECT * REPLACE (${TEXT_COLUMNS.map(neutral).join(", ")}) FROM discrepancies ORDER BY discrepancies.subscription_id, kind`;

const REJECTED_CSV = `SELECT side, line, ${neutral("subscription_id")}, reason, ${neutral("text")} FROM rejected ORDER BY side, line, subscription_id, text`;

/**
 * Writes `discrepancies.csv` and `.parquet`, `population.csv`, `summary.json` and, when rows were rejected, `rejected.csv`.
 * The same exports give the same tables, byte for byte. An interrupted run leaves the folder as it was.
 */
export async function writeOutputs(
  { engine, findings }: Pick<Compared, "engine" | "findings">,
  summary: Summary,
  directory: string,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  // Made and noted in one go: a signal between the two would leave it behind.
  const partial = mkdtempSync(join(directory, ".partial-"));
  const removePartial = (): void => removeFolder(partial);
  process.on("exit", removePartial);
  try {
    await writeTables(engine, findings.mergedPopulation, partial);
    const text = `${JSON.stringify(summarySchema.parse(summary), null, 2)}\n`;
    await writeFile(join(partial, "summary.json"), text);
    await rm(join(directory, "rejected.csv"), { force: true });
    for (const name of await readdir(partial)) await rename(join(partial, name), join(directory, name));
  } finally {
    removePartial();
    process.off("exit", removePartial);
  }
}

async function writeTables(engine: Engine, population: MergedPopulation | null, directory: string): Promise<void> {
  const copy = (query: string, name: string, options: string): Promise<void> =>
    engine.run(`COPY (${query}) TO ${sqlText(join(directory, name))} (${options})`);
  await engine.run("SET preserve_insertion_order = true");
  await copy(DISCREPANCIES_CSV, "discrepancies.csv", "FORMAT csv, HEADER");
  await copy(DISCREPANCIES, "discrepancies.parquet", "FORMAT parquet");
  await writePopulation(engine, population, join(directory, "population.csv"));
  const [rejected] = await engine.rows<{ rows: number }>("SELECT count(*) AS rows FROM rejected");
  if ((rejected?.rows ?? 0) > 0) await copy(REJECTED_CSV, "rejected.csv", "FORMAT csv, HEADER");
}
