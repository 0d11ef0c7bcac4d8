import type { ColumnType } from "./column";

/** Unix seconds above this are milliseconds: 10^11 seconds is the year 5138. */
const LARGEST_SECONDS = 100_000_000_000;

/**
 * SQL that reads a text as Unix seconds in UTC: Unix seconds or milliseconds, ISO 8601, `timestamptz` text as psql prints it,
 * and zone-less text, which is taken as UTC. Anything else is NULL. Needs `SET timezone = 'UTC'`.
 *
 * Both readings are always tried; the one the sample asks for comes first, since a cast that fails costs most.
 */
function timeSql(text: string, sample: readonly string[]): string {
  const number = `try_cast(${text} AS BIGINT)`;
  const fromNumber = `CASE WHEN abs(${number}) > ${LARGEST_SECONDS} THEN ${number} // 1000 ELSE ${number} END`;
  const fromText = `epoch_ms(try_cast(${text} AS TIMESTAMPTZ)) // 1000`;
  const isText = sample.some((value) => /^\d{4}-\d\d-\d\d/.test(value));
  return isText ? `coalesce(${fromText}, ${fromNumber})` : `coalesce(${fromNumber}, ${fromText})`;
}

/** SQL that reads a text as a boolean: psql's `t`/`f`, `true`/`false`, `1`/`0`, `yes`/`no`. Anything else is NULL. */
function booleanSql(text: string): string {
  return `CASE WHEN lower(${text}) IN ('t', 'true', '1', 'yes') THEN true WHEN lower(${text}) IN ('f', 'false', '0', 'no') THEN false END`;
}

/** SQL that reads the text expression `text` as its type. `sample` are values of the column, for speed alone. */
export function typedSql(text: string, type: ColumnType, sample: readonly string[] = []): string {
  if (type === "time") return timeSql(text, sample);
  if (type === "boolean") return booleanSql(text);
  return text;
}
