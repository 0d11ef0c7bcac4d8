import { isBlank } from "./blank-cell";
import type { ColumnType } from "./column";

/** Unix seconds above this are milliseconds, a thousand times that microseconds, and so on: 10^11 seconds is the year 5138. */
const LARGEST_SECONDS = 100_000_000_000;
/** A number below this is no Unix time of a subscription: it is 1973, or a date written as 20261102. */
const SMALLEST_SECONDS = 100_000_000;

const NUMBER = /^-?\d+(\.\d*)?(e\+?\d+)?$/i;
const DATE = /^\d{4,6}[-/]\d\d?[-/]\d\d?(?!\d)/;
/** A date (of a year beyond 9999 too, as a wrong unit makes it), a time of day of 24 hours and a zone, as far as they are there. What says AM or PM is none. */
const DATE_TIME =
  /^\d{4,6}[-/]\d\d?[-/]\d\d?([T ]\d\d?:\d\d(:\d\d(\.\d+)?)?)?( ?(Z|UTC|GMT)| ?[+-]\d\d(:?\d\d)?( UTC| GMT)?)?$/i;
/** DBeaver, DataGrip and Snowflake put a space before the zone, Go its name after it. */
const SPACED_ZONE = /\d [+-]\d\d:?\d\d/;

/**
 * SQL that reads a text as Unix seconds in UTC: Unix seconds, also in milli-, micro- or nanoseconds; ISO 8601; `timestamptz` text
 * as psql and other tools print it; and zone-less text, which is taken as UTC. Anything else is NULL. Needs `SET timezone = 'UTC'`.
 *
 * Both readings are tried; the one the sample asks for comes first, since a cast that fails costs most. For the same reason the second
 * names its cast once: DuckDB works out an expression that stands twice for every row, whether it is needed there or not.
 */
function timeSql(text: string, sample: readonly string[]): string {
  const hasFractions = sample.some((value) => /^\d+\.\d*[1-9]/.test(value) || /e/i.test(value));
  const number = hasFractions
    ? `try_cast(floor(try_cast(${text} AS DOUBLE)) AS BIGINT)`
    : `try_cast(${text} AS BIGINT)`;
  const inSeconds = (n: string): string => {
    const largest = BigInt(LARGEST_SECONDS);
    return `CASE
    WHEN ${n} BETWEEN ${-largest} AND ${largest} THEN ${n}
    WHEN ${n} <= ${largest * 1000n} THEN ${n} // 1000
    WHEN ${n} <= ${largest * 1000_000n} THEN ${n} // 1000000
    ELSE ${n} // 1000000000
  END`;
  };
  const zoned = sample.some((value) => SPACED_ZONE.test(value))
    ? `regexp_replace(${text}, ' ([+-][0-9]{2}:?[0-9]{2})( UTC| GMT)?$', '\\1')`
    : text;
  const fromText = `epoch_ms(try_cast(${zoned} AS TIMESTAMPTZ)) // 1000`;
  const inAnyUnit = `list_transform([${number}], lambda n: ${inSeconds("n")})[1]`;
  const isText = sample.some((value) => DATE.test(value));
  // Eleven digits are seconds, whatever they are.
  return isText
    ? `coalesce(${fromText}, ${inAnyUnit})`
    : `coalesce(CASE WHEN strlen(${text}) <= 11 THEN ${number} END, ${inAnyUnit}, ${fromText})`;
}

const TRUE = ["t", "true", "1", "yes", "y", "on"] as const;
const FALSE = ["f", "false", "0", "no", "n", "off"] as const;
/** The words for yes, in lower case. */
export const TRUE_WORDS: ReadonlySet<string> = new Set(TRUE);
/** The words for no, in lower case. */
export const FALSE_WORDS: ReadonlySet<string> = new Set(FALSE);

/** SQL that reads a text as a boolean: psql's `t`/`f`, `true`/`false`, `1`/`0`, `yes`/`no`, `on`/`off`. Anything else is NULL. */
function booleanSql(text: string): string {
  const list = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(", ");
  return `CASE WHEN lower(${text}) IN (${list(TRUE)}) THEN true WHEN lower(${text}) IN (${list(FALSE)}) THEN false END`;
}

/** SQL that reads the text expression `text` as its type. `sample` shows how the export writes values of that type. */
export function typedSql(text: string, type: ColumnType, sample: readonly string[] = []): string {
  if (type === "time") return timeSql(text, sample);
  if (type === "boolean") return booleanSql(text);
  return text;
}

/** Whether a column with these values holds what its type says. A column that does not must not be compared: all of it would differ. */
export function holdsType(type: ColumnType, values: readonly string[]): boolean {
  const filled = values.filter((value) => !isBlank(value));
  if (type === "text" || filled.length === 0) return true;
  const readable = filled.filter((value) => isOfType(type, value.trim())).length;
  return type === "json" ? readable > 0 : readable * 10 >= filled.length * 9;
}

function isOfType(type: ColumnType, value: string): boolean {
  if (type === "boolean") return [...TRUE, ...FALSE].some((word) => word === value.toLowerCase());
  if (type === "time") {
    return NUMBER.test(value)
      ? Number(value) === 0 || Math.abs(Number(value)) >= SMALLEST_SECONDS
      : DATE_TIME.test(value);
  }
  return jsonObject(value) !== null;
}

/** The object a metadata cell holds; also where it was encoded twice, and where PHP wrote `[]` for an empty one. */
export function jsonObject(value: string): Readonly<Record<string, unknown>> | null {
  let parsed: unknown = value;
  for (let turn = 0; turn < 2 && typeof parsed === "string"; turn++) {
    try {
      parsed = JSON.parse(parsed);
    } catch {
      return null;
    }
  }
  if (parsed === null || (Array.isArray(parsed) && parsed.length === 0)) return {};
  return typeof parsed === "object" && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : null;
}
