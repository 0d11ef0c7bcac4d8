import { inspect } from "node:util";
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
 * A column named like a property of Danfo's own, such as `values`, gets a `_` at its end.
 *
 * `show(frame)` displays it, `saveCsv(frame, path)` writes it; a frame that a cell ends with is printed as a table of text.
 * Danfo cannot group a frame without rows. Loading Danfo takes a second or two, at the first call.
 *
 * @param rows plain records; a key that some rows lack is empty in these
 */
export function toFrame(rows: readonly object[]): Frame {
  const { DataFrame } = loadDanfo();
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const records = rows as readonly Record<string, unknown>[];
  const dtypes = keys.map((key) => columnType(records.map((row) => row[key])));
  const values = records.map((row) =>
    keys.map((key, index) => (dtypes[index] === "string" ? plainText(row[key]) : (row[key] ?? Number.NaN))),
  );
  const columns = keys.map((key) => (isOwnProperty(DataFrame.prototype, key) ? `${key}_` : key));
  return new DataFrame(values, { columns, dtypes }) as Frame;
}

function columnType(values: readonly unknown[]): "int32" | "float32" | "string" {
  const given = values.filter((value) => value !== null && value !== undefined);
  if (given.length === 0 || !given.every((value) => typeof value === "number")) return "string";
  return given.length === values.length && given.every(isInt32) ? "int32" : "float32";
}

// Danfo keeps the numbers as they are; only its arithmetic takes the type at its word.
function isInt32(value: unknown): boolean {
  return value === Math.trunc(Number(value)) && Math.abs(Number(value)) < 2 ** 31;
}

function isOwnProperty(prototype: object, name: string): boolean {
  return ancestry(prototype).some((one) => Object.getOwnPropertyDescriptor(one, name)?.get !== undefined);
}

function loadDanfo(): typeof import("danfojs-node") {
  const danfo = require("danfojs-node") as typeof import("danfojs-node");
  // Frames that Danfo makes of frames are of the ancestor's class.
  const frames = ancestry(danfo.DataFrame.prototype).at(-1) ?? danfo.DataFrame.prototype;
  Object.defineProperty(frames, inspect.custom, {
    value(this: { toString(): string }) {
      return this.toString();
    },
    configurable: true,
  });
  return danfo;
}

/** An object's prototypes, itself first, without the one that all objects have. */
function ancestry(prototype: object): object[] {
  const parent: object | null = Object.getPrototypeOf(prototype);
  return parent === null ? [] : [prototype, ...ancestry(parent)];
}
