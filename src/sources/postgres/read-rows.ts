import { type Client, escapeIdentifier } from "pg";
import { checkColumn } from "./check-column";
import type { TableDescription } from "./table-description";

/** A row as its text in an export: column name → value, null where there is none. */
export type TextRow = Readonly<Record<string, string | null>>;

/** How many ids one statement asks for. */
const BATCH = 1_000;

/** Values as PostgreSQL writes them, such as `t` and `2026-11-02 06:03:00+00`, so that they compare with those of an export. */
const AS_TEXT = { getTypeParser: () => (text: string) => text };

/**
 * Reads rows again by their id, with all columns this user may read. Times are in the session's time zone: UTC within
 * `readOnlySnapshot`.
 *
 * @returns id → its rows: none when it is gone, several when the id is not unique.
 */
export async function readRows(
  client: Client,
  table: TableDescription,
  idColumn: string,
  ids: readonly string[],
): Promise<Map<string, TextRow[]>> {
  checkColumn(table, idColumn, "the id");
  const columns = table.columns.filter(({ canSelect }) => canSelect).map(({ name }) => escapeIdentifier(name));
  const text = `SELECT ${columns.join(", ")} FROM ${table.sql} WHERE ${escapeIdentifier(idColumn)} = ANY ($1)`;
  const found = new Map<string, TextRow[]>(ids.map((each) => [each, []]));
  for (let start = 0; start < ids.length; start += BATCH) {
    const values = [ids.slice(start, start + BATCH)];
    const { rows } = await client.query<TextRow>({ text, values, types: AS_TEXT });
    for (const row of rows) found.get(row[idColumn] ?? "")?.push(row);
  }
  return found;
}
