import { type Client, escapeIdentifier, escapeLiteral } from "pg";
import type { TextRow } from "../sources/postgres/read-rows";
import type { TableColumn, TableDescription } from "../sources/postgres/table-description";

/** What is written of one row: its id, and columns with their new text. */
export interface RowWrite {
  readonly id: string;
  readonly values: TextRow;
}

/** How values are written and read: the same whatever the server, the role and the environment are set to. */
export const TEXT_SETTINGS = [
  "SET LOCAL TimeZone = 'UTC'",
  "SET LOCAL DateStyle = 'ISO, YMD'",
  "SET LOCAL IntervalStyle = 'postgres'",
  "SET LOCAL bytea_output = 'hex'",
  "SET LOCAL extra_float_digits = 1",
].join("; ");

/** Values as PostgreSQL writes them. */
const AS_TEXT = { getTypeParser: () => (text: string) => text };

/** A type as an explicit cast takes it without cutting a value that is too long, as `::varchar(3)` would. */
function castType(column: TableColumn): string {
  const type = column.type.replace(/\(.*?\)/g, "");
  return type.replace(/^character(?! varying)/, "bpchar").replace(/^bit(?! varying)/, "bit varying");
}

function columnOf(table: TableDescription, name: string): TableColumn {
  const column = table.columns.find((each) => each.name === name);
  if (column === undefined) throw new Error(`${table.sql} has no column ${name}`);
  return column;
}

function names(table: TableDescription): string {
  return table.columns.map(({ name }) => escapeIdentifier(name)).join(", ");
}

/** Reads rows and locks them until the end of the transaction; one that somebody else holds is left out. */
export async function lockRows(
  client: Client,
  table: TableDescription,
  idColumn: string,
  ids: readonly string[],
): Promise<readonly TextRow[]> {
  const id = escapeIdentifier(idColumn);
  const text = `SELECT ${names(table)} FROM ${table.sql} WHERE ${id} = ANY ($1) ORDER BY ${id} FOR UPDATE SKIP LOCKED`;
  const { rows } = await client.query<TextRow>({ text, values: [ids], types: AS_TEXT });
  return rows;
}

/** How many rows there are for each id, locked or not; an id without rows is not in the map. */
export async function countRows(
  client: Client,
  table: TableDescription,
  idColumn: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const id = escapeIdentifier(idColumn);
  const { rows } = await client.query<{ id: string; rows: string }>(
    `SELECT ${id}::text AS id, count(*) AS rows FROM ${table.sql} WHERE ${id} = ANY ($1) GROUP BY 1`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, Number(row.rows)]));
}

/**
 * Writes rows, each group of equal columns in one statement.
 *
 * @returns the rows as they stand after it, triggers included; a row that a trigger kept from being written is not among them
 */
export async function updateRows(
  client: Client,
  table: TableDescription,
  idColumn: string,
  writes: readonly RowWrite[],
): Promise<TextRow[]> {
  const written: TextRow[] = [];
  for (const group of byColumns(writes)) {
    const columns = Object.keys(group[0]?.values ?? {});
    const sets = columns.map(
      (name, index) => `${escapeIdentifier(name)} = v.c${index}::${castType(columnOf(table, name))}`,
    );
    const text = `
      UPDATE ${table.sql} AS t
      SET ${sets.join(", ")}
      FROM unnest(${["$1::text[]", ...columns.map((_, index) => `$${index + 2}::text[]`)].join(", ")})
        AS v (id, ${columns.map((_, index) => `c${index}`).join(", ")})
      WHERE t.${escapeIdentifier(idColumn)} = v.id
      RETURNING ${table.columns.map(({ name }) => `t.${escapeIdentifier(name)}`).join(", ")}`;
    const values = [
      group.map(({ id }) => id),
      ...columns.map((name) => group.map((each) => each.values[name] ?? null)),
    ];
    const { rows } = await client.query<TextRow>({ text, values, types: AS_TEXT });
    written.push(...rows);
  }
  return written;
}

/** Adds rows, each group of equal columns in one statement; returns them as they stand, defaults and triggers included. */
export async function insertRows(
  client: Client,
  table: TableDescription,
  writes: readonly RowWrite[],
): Promise<TextRow[]> {
  const written: TextRow[] = [];
  for (const group of byColumns(writes)) {
    const columns = Object.keys(group[0]?.values ?? {});
    const casts = columns.map((name, index) => `v.c${index}::${castType(columnOf(table, name))}`);
    const text = `
      INSERT INTO ${table.sql} (${columns.map(escapeIdentifier).join(", ")})
      SELECT ${casts.join(", ")}
      FROM unnest(${columns.map((_, index) => `$${index + 1}::text[]`).join(", ")}) AS v (${columns.map((_, index) => `c${index}`).join(", ")})
      RETURNING ${names(table)}`;
    const values = columns.map((name) => group.map((each) => each.values[name] ?? null));
    const { rows } = await client.query<TextRow>({ text, values, types: AS_TEXT });
    written.push(...rows);
  }
  return written;
}

function byColumns(writes: readonly RowWrite[]): RowWrite[][] {
  const groups = new Map<string, RowWrite[]>();
  for (const write of writes) {
    const key = JSON.stringify(Object.keys(write.values));
    groups.set(key, [...(groups.get(key) ?? []), write]);
  }
  return [...groups.values()];
}

/** A change as one statement for a person to read: what is run is bound and batched. */
export function sqlPreview(
  table: string,
  idColumn: string,
  change: {
    readonly subscription_id: string;
    readonly action: string;
    readonly after: TextRow;
    readonly stamped: readonly string[];
  },
): string {
  const literal = (value: string | null): string => (value === null ? "NULL" : escapeLiteral(value));
  const entries = Object.entries(change.after).map(([name, value]) => [escapeIdentifier(name), literal(value)]);
  entries.push(...change.stamped.map((name) => [escapeIdentifier(name), "now()"]));
  if (change.action === "insert")
    return `INSERT INTO ${table} (${entries.map(([name]) => name).join(", ")}) VALUES (${entries.map(([, value]) => value).join(", ")});`;
  const sets = entries.map(([name, value]) => `${name} = ${value}`);
  return `UPDATE ${table} SET ${sets.join(", ")} WHERE ${escapeIdentifier(idColumn)} = ${literal(change.subscription_id)};`;
}
