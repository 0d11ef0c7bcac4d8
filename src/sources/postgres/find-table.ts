import type { Client } from "pg";
import { escapeIdentifier } from "pg";
import { ReconError } from "../../recon-error";
import { databaseText } from "./database-target";
import { nearestNames } from "./nearest-names";

/** What rows can be read from. */
export type TableKind = "table" | "partitioned table" | "view" | "materialized view" | "foreign table";

/** A table that is there. */
export interface FoundTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: TableKind;
  /** Schema and name, quoted for SQL. */
  readonly sql: string;
}

const KINDS: Readonly<Record<string, TableKind>> = {
  r: "table",
  p: "partitioned table",
  v: "view",
  m: "materialized view",
  f: "foreign table",
};

interface TableRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly relkind: string;
  readonly visible: boolean;
}

const TABLES = `
  SELECT
    class.oid,
    nspname AS schema,
    relname AS name,
    relkind,
    pg_table_is_visible(class.oid) AS visible
  FROM pg_class AS class
  JOIN pg_namespace AS namespace ON namespace.oid = relnamespace
  WHERE
    relkind IN ('r', 'p', 'v', 'm', 'f')
    AND nspname NOT IN ('pg_catalog', 'information_schema')
    AND nspname NOT LIKE 'pg\\_toast%'
  ORDER BY nspname, relname`;

/**
 * Finds a table by the name a person gives it: `subscriptions`, `billing.subscriptions`, `"My Schema"."Subscriptions"`. A name is
 * taken as it is written first, then in lower case, as PostgreSQL does. Without a schema the search path decides.
 *
 * @throws ReconError with the nearest names when there is none.
 */
export async function findTable(client: Client, given: string): Promise<FoundTable> {
  const parts = partsOf(given);
  const { rows } = await client.query<TableRow>(TABLES);
  for (const fold of [false, true]) {
    const [name, schema] = parts
      .map(({ text, isQuoted }) => (fold && !isQuoted ? text.toLowerCase() : text))
      .reverse() as [string, string?];
    const found = rows.find((row) => row.name === name && (schema === undefined ? row.visible : row.schema === schema));
    if (found === undefined) continue;
    const sql = `${escapeIdentifier(found.schema)}.${escapeIdentifier(found.name)}`;
    return { ...found, kind: KINDS[found.relkind] as TableKind, sql };
  }
  const names = rows.map((row) => (row.visible ? row.name : `${row.schema}.${row.name}`));
  const near = nearestNames(parts.map(({ text }) => text).join("."), names);
  throw new ReconError(
    "no_such_table",
    `PostgreSQL: there is no table ${given} in ${databaseText(client)}${parts.length === 1 ? ", or its schema is not on the search path" : ""}. Nearest: ${near.join(", ") || "none, there are no tables that this user can see"}. Name it with --table schema.table.`,
  );
}

/** @throws ReconError when it is not one name or two, parted by a dot. */
function partsOf(given: string): { readonly text: string; readonly isQuoted: boolean }[] {
  const part = '"(?:[^"]|"")+"|[^".]+';
  if (!new RegExp(`^(?:(?:${part})\\.)?(?:${part})$`).test(given))
    throw new ReconError("bad_table_name", `--table ${given}: expected a table's name, or schema.table.`);
  return [...given.matchAll(new RegExp(part, "g"))].map(([text]) => ({
    text: text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text,
    isQuoted: text.startsWith('"'),
  }));
}
