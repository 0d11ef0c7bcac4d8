import type { ColumnType } from "./column";

/** Unix seconds above this are milliseconds: 10^11 seconds is the year 5138. */
const LARGEST_SECONDS = 100_000_000_000;

/**
 * SQL that reads a text as Unix seconds in UTC: Unix seconds or milliseconds, ISO 8601, `timestamptz` text as psql prints it,
 * and zone-less text, which is taken as UTC. Anything else is NULL. Needs `SET timezone = 'UTC'`.
 */
function timeSql(text: string): string {
  const seconds = `CASE WHEN abs(try_cast(${text} AS BIGINT)) > ${LARGEST_SECONDS} THEN try_cast(${text} AS BIGINT) // 1000 ELSE try_cast(${text} AS BIGINT) END`;
  return `coalesce(${seconds}, epoch_ms(try_cast(${text} AS TIMESTAMPTZ)) // 1000)`;
}

/** SQL that reads a text as a boolean: psql's `t`/`f`, `true`/`false`, `1`/`0`, `yes`/`no`. Anything else is NULL. */
function booleanSql(text: string): string {
  return `CASE WHEN lower(${text}) IN ('t', 'true', '1', 'yes') THEN true WHEN lower(${text}) IN ('f', 'false', '0', 'no') THEN false END`;
}

/** SQL that reads the text expression `text` as its type. */
export function typedSql(text: string, type: ColumnType): string {
  if (type === "time") return timeSql(text);
  if (type === "boolean") return booleanSql(text);
  return text;
}
