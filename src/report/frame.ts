import type { DataFrame } from "danfojs-node";
import { plainText } from "./cell-text";

/**
 * A Danfo frame whose columns are its properties: `frame.query(frame.kind.eq("status_mismatch"))`.
 * Danfo's own types know neither the columns nor that a column of strings can be compared with a string.
 */
// biome-ignore lint/suspicious/noExplicitAny: a column's type is known only when the rows are there
export type Frame = DataFrame & { readonly [column: string]: any };

/**
 * Rows as a Danfo frame, for filtering and grouping some thousand results in a cell.
 *
 * Danfo takes null for a number (a column of nulls becomes `float32`, `describe()` fails), so no null gets in:
 * a column is `int32` or `float32` when all its values are numbers, with NaN where there is none, and else `string`,
 * with "" where there is none (objects as JSON, dates as ISO 8601, booleans as `true` and `false`).
 *
 * Loading Danfo takes a second, at the first call.
 *
 * @param rows plain records; a key that some rows lack is empty in these
 */
export function toFrame(rows: readonly object[]): Frame {
  const danfo = require("danfojs-node") as typeof import("danfojs-node");
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const records = rows as readonly Record<string, unknown>[];
  const dtypes = columns.map((column) => columnType(records.map((row) => row[column])));
  const values = records.map((row) =>
    columns.map((column, index) => (dtypes[index] === "string" ? plainText(row[column]) : (row[column] ?? Number.NaN))),
  );
  return new danfo.DataFrame(values, { columns, dtypes }) as Frame;
}

function columnType(values: readonly unknown[]): "int32" | "float32" | "string" {
  const given = values.filter((value) => value !== null && value !== undefined);
  if (given.length === 0 || !given.every((value) => typeof value === "number")) return "string";
  return given.length === values.length && given.every(Number.isInteger) ? "int32" : "float32";
}
