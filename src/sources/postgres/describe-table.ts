import type { Client } from "pg";
import { findTable } from "./find-table";
import type { ForeignKey, TableColumn, TableDescription, TableKey } from "./table-description";

const COLUMNS = `
  SELECT
    attname AS name,
    format_type(atttypid, atttypmod) AS type,
    NOT attnotnull AS nullable,
    pg_get_expr(adbin, adrelid) AS expression,
    CASE WHEN attgenerated <> '' THEN 'stored' WHEN attidentity = 'a' THEN 'identity' END AS generated,
    (
      SELECT array_agg(enumlabel::text ORDER BY enumsortorder)
      FROM pg_enum
      WHERE enumtypid = coalesce(nullif(typbasetype, 0), pg_type.oid)
    ) AS "enumValues",
    has_column_privilege(attrelid, attnum, 'SELECT') AS "canSelect",
    has_column_privilege(attrelid, attnum, 'INSERT') AS "canInsert",
    has_column_privilege(attrelid, attnum, 'UPDATE') AS "canUpdate"
  FROM pg_attribute
  JOIN pg_type ON pg_type.oid = atttypid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped
  ORDER BY attnum`;

const KEYS = `
  SELECT
    indisprimary AS "isPrimary",
    (
      SELECT array_agg(attname::text ORDER BY place)
      FROM unnest(indkey::int2[]) WITH ORDINALITY AS key (attnum, place)
      JOIN pg_attribute USING (attnum)
      WHERE attrelid = indrelid AND place <= indnkeyatts
    ) AS columns
  FROM pg_index
  WHERE indrelid = $1 AND indisunique AND indisvalid AND indpred IS NULL AND indexprs IS NULL
  ORDER BY indisprimary DESC, indexrelid`;

const NAMED_COLUMNS = (relation: string, numbers: string): string => `(
      SELECT array_agg(attname::text ORDER BY place)
      FROM unnest(${numbers}) WITH ORDINALITY AS key (attnum, place)
      JOIN pg_attribute USING (attnum)
      WHERE attrelid = ${relation}
    )`;

const FOREIGN_KEYS = `
  SELECT
    conname AS name,
    confrelid = $1 AS refers_here,
    format('%I.%I', own_schema.nspname, own.relname) AS "from",
    ${NAMED_COLUMNS("conrelid", "conkey")} AS columns,
    format('%I.%I', other_schema.nspname, other.relname) AS "to",
    ${NAMED_COLUMNS("confrelid", "confkey")} AS referenced
  FROM pg_constraint
  JOIN pg_class AS own ON own.oid = conrelid
  JOIN pg_namespace AS own_schema ON own_schema.oid = own.relnamespace
  JOIN pg_class AS other ON other.oid = confrelid
  JOIN pg_namespace AS other_schema ON other_schema.oid = other.relnamespace
  WHERE contype = 'f' AND conparentid = 0 AND $1 IN (conrelid, confrelid)
  ORDER BY conname, "from"`;

const CHECKS = `
  SELECT conname AS name, pg_get_constraintdef(oid) AS definition
  FROM pg_constraint
  WHERE contype = 'c' AND conrelid = $1
  ORDER BY conname`;

const TRIGGERS = `
  SELECT tgname AS name, pg_get_triggerdef(oid) AS definition
  FROM pg_trigger
  WHERE tgrelid = $1 AND NOT tgisinternal AND tgenabled <> 'D'
  ORDER BY tgname`;

const REST = `
  SELECT
    row_security_active(oid) AS "rowSecurity",
    has_table_privilege(oid, 'DELETE') AS "canDelete",
    CASE WHEN relkind IN ('r', 'p', 'm') AND reltuples > 0 THEN reltuples::float8 END AS "estimatedRows"
  FROM pg_class
  WHERE oid = $1`;

/**
 * Describes a table: its columns, keys, what refers to it, and what this user may do with it.
 *
 * @param name - as `findTable` takes it
 * @throws ReconError when there is no such table; errors of the client as they are.
 */
export async function describeTable(client: Client, name: string): Promise<TableDescription> {
  const table = await findTable(client, name);
  const all = async <Row extends object>(sql: string): Promise<Row[]> => (await client.query(sql, [table.oid])).rows;
  const columns = await all<TableColumn>(COLUMNS);
  const keys = await all<TableKey>(KEYS);
  const foreign = await all<ForeignKey & { readonly refers_here: boolean }>(FOREIGN_KEYS);
  const checks = await all<TableDescription["checks"][0]>(CHECKS);
  const triggers = await all<TableDescription["triggers"][0]>(TRIGGERS);
  const [rest] = await all<Pick<TableDescription, "rowSecurity" | "canDelete" | "estimatedRows">>(REST);
  const keysOf = (refersHere: boolean): ForeignKey[] =>
    foreign.flatMap(({ refers_here, ...key }) => (refers_here === refersHere ? [key] : []));
  return {
    ...table,
    columns,
    keys,
    referredBy: keysOf(true),
    refersTo: keysOf(false),
    checks,
    triggers,
    ...(rest as Pick<TableDescription, "rowSecurity" | "canDelete" | "estimatedRows">),
  };
}
