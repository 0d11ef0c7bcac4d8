import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { Client } from "pg";

const DATA = join(__dirname, "..");

/**
 * Makes the default table, `subscriptions`, and fills it with the rows of data/db_subscriptions.csv, in their order. It takes
 * statements alone: PGlite's socket server does not know COPY FROM STDIN.
 */
export async function loadSample(client: Client): Promise<void> {
  await client.query(readFileSync(join(DATA, "sample-table.sql"), "utf8"));
  const lines: Record<string, string>[] = parse(readFileSync(join(DATA, "db_subscriptions.csv")), { columns: true });
  const rows = lines.map((line) => {
    const filled = Object.entries(line).filter(([, value]) => value !== "");
    return { ...Object.fromEntries(filled), metadata: line["metadata"] === "" ? undefined : parseJson(line) };
  });
  await client.query("INSERT INTO subscriptions SELECT * FROM jsonb_populate_recordset(NULL::subscriptions, $1)", [
    JSON.stringify(rows),
  ]);
}

function parseJson(line: Readonly<Record<string, string>>): unknown {
  return JSON.parse(line["metadata"] as string);
}
