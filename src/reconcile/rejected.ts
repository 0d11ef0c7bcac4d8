import { KEPT_TEXT, LARGEST_OBJECT, type RejectedRow } from "../sources/split-json";
import { sqlText } from "../sources/sql-text";
import type { Side } from "../subscription";
import type { Engine } from "./open-engine";

/** Creates the empty table `rejected`: one row a rejected row, kept whole as far as it is short. */
export const CREATE_REJECTED = `
  CREATE OR REPLACE TEMP TABLE rejected (side VARCHAR, line BIGINT, subscription_id VARCHAR, reason VARCHAR, text VARCHAR)`;

/**
 * Creates `rejected_ids` (side, id): every subscription id that stands in the text of a rejected row. Nothing is said to be
 * missing on a side whose row of it could not be read.
 */
export const CREATE_REJECTED_IDS = `
  CREATE OR REPLACE TEMP TABLE rejected_ids AS
  SELECT DISTINCT side, unnest(list_append(regexp_extract_all(text, 'sub_[A-Za-z0-9_]+'), subscription_id)) AS id
  FROM rejected`;

/** Rows that do not add up: other ones were read than the file has. Holds when reading went wrong in a way nobody foresaw. */
export const NOT_ADDED_UP = "the rows read are not the rows of the file";

/** Reasons that speak against the whole file, however few its rejected rows are. */
const DAMAGE = [
  "a quote is not closed",
  "longer than 2 MB",
  "the file ends in the middle of this row",
  NOT_ADDED_UP,
] as const;

/** Per side: rejected rows, how many of them may hide an id, and the first in the file. */
export const COUNT_REJECTED = `
  SELECT
    side,
    count(*) AS rows,
    count(*) FILTER (reason IN (${DAMAGE.map(sqlText).join(", ")}) OR (subscription_id IS NULL AND (length(text) >= ${KEPT_TEXT} OR NOT regexp_matches(text, 'sub_[A-Za-z0-9_]+')))) AS unknown,
    bool_or(reason IN (${DAMAGE.map(sqlText).join(", ")})) AS damaged,
    min_by(line, coalesce(line, 9e15)) AS first_line,
    min_by(reason, coalesce(line, 9e15)) AS first_reason
  FROM rejected
  GROUP BY side`;

/** Stores rows that were set aside before SQL saw them. */
export async function keepRejected(
  engine: Engine,
  side: Side,
  rows: readonly (RejectedRow & { readonly id?: string })[],
): Promise<void> {
  const batch = 500;
  for (let start = 0; start < rows.length; start += batch) {
    const values = rows
      .slice(start, start + batch)
      .map(
        (row) =>
          `(${sqlText(side)}, ${row.line ?? "NULL"}, ${row.id === undefined ? "NULL" : sqlText(row.id)}, ${sqlText(row.reason)}, ${sqlText(row.text)})`,
      );
    await engine.run(`INSERT INTO rejected VALUES ${values.join(", ")}`);
  }
}

/**
 * One row a row of a CSV that DuckDB set aside for its encoding: `start`, where it begins in bytes, or a byte or two before.
 * The other reasons for which it sets rows aside were seen before, by `checkCsv`, which knows their lines.
 */
export function rowsNotUtf8(textPath: string): string {
  return `
  SELECT DISTINCT line_byte_position - 1 AS start
  FROM reject_errors
  JOIN reject_scans USING (scan_id, file_id)
  WHERE file_path = ${sqlText(textPath)} AND error_type = 'INVALID ENCODING'
  ORDER BY start`;
}

/** One row: how many rows of a CSV DuckDB set aside. */
export function countRejects(textPath: string): string {
  return `
  SELECT count(*) AS rows
  FROM reject_errors
  JOIN reject_scans USING (scan_id, file_id)
  WHERE file_path = ${sqlText(textPath)}`;
}

/** One row a row of a JSON export that has no id or cannot be read. */
export function jsonRowsWithoutId(linesPath: string): string {
  return `
  SELECT
    try_cast(regexp_extract(text, '^\\{"_recon_line":([0-9]+)', 1) AS BIGINT) AS line,
    CASE WHEN json_valid(text) THEN 'no subscription id' ELSE 'not valid JSON' END AS reason,
    left(regexp_replace(text, '^\\{"_recon_line":[0-9]+,?', '{'), ${KEPT_TEXT}) AS text
  FROM read_csv(${sqlText(linesPath)}, auto_detect = false, header = false, delim = chr(1), quote = '', escape = '', columns = {'text': 'VARCHAR'}, max_line_size = ${LARGEST_OBJECT * 2}, buffer_size = ${LARGEST_OBJECT * 4})
  WHERE NOT json_valid(text) OR coalesce(json_extract_string(text, '/id'), '') = ''
  ORDER BY line`;
}
