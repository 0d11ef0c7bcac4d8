/** The database side as psql prints it: `COPY (SELECT * FROM subscriptions) TO STDOUT WITH CSV HEADER`. */

import { csvLine } from "./csv-line";
import { hash } from "./random";
import type { Json, Row } from "./webhook-consumer";

/** `2026-01-02 03:04:05+00`, or with up to six decimals, from Unix microseconds. */
function timestamptz(micros: number | null): string | null {
  if (micros === null) return null;
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = String(micros % 1_000_000)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const text = new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
  return `${text}${fraction === "" ? "" : `.${fraction}`}+00`;
}

function fromSeconds(seconds: number | null): string | null {
  return timestamptz(seconds === null ? null : seconds * 1_000_000);
}

/** jsonb keeps keys by length, then by bytes. */
function jsonb(value: Readonly<Record<string, Json>> | null): string | null {
  if (value === null) return null;
  const keys = Object.keys(value).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return `{${keys.map((key) => `${JSON.stringify(key)}: ${JSON.stringify(value[key])}`).join(", ")}}`;
}

function boolean(value: boolean): string {
  return value ? "t" : "f";
}

/** Each column's name and cell, in the table's order. */
const COLUMNS: readonly (readonly [string, (row: Row) => string | number | null])[] = [
  ["id", (row) => row.id],
  ["customer_id", (row) => row.customer_id],
  ["tenant_id", (row) => row.tenant_id],
  ["status", (row) => row.status],
  ["price_id", (row) => row.price_id],
  ["quantity", (row) => row.quantity],
  ["currency", (row) => row.currency],
  ["metadata", (row) => jsonb(row.metadata)],
  ["current_period_start", (row) => fromSeconds(row.current_period_start)],
  ["current_period_end", (row) => fromSeconds(row.current_period_end)],
  ["trial_end", (row) => fromSeconds(row.trial_end)],
  ["cancel_at_period_end", (row) => boolean(row.cancel_at_period_end)],
  ["canceled_at", (row) => fromSeconds(row.canceled_at)],
  ["ended_at", (row) => fromSeconds(row.ended_at)],
  ["archived_at", (row) => timestamptz(row.archived_at)],
  ["livemode", (row) => boolean(row.livemode)],
  ["created_at", (row) => timestamptz(row.created_at)],
  ["updated_at", (row) => timestamptz(row.updated_at)],
];

/** Where a row lies in the heap: some updates stay on their page, others move to its end. */
function heapPosition(row: Row): number {
  return hash(`heap ${row.id}`) % 2 === 0 ? row.created_at : row.updated_at;
}

/** The whole file, rows in the order of the heap. */
export function printDatabaseCsv(rows: readonly Row[]): string {
  const inHeap = [...rows].sort((a, b) => heapPosition(a) - heapPosition(b) || (a.id < b.id ? -1 : 1));
  return (
    csvLine(COLUMNS.map(([name]) => name)) + inHeap.map((row) => csvLine(COLUMNS.map(([, cell]) => cell(row)))).join("")
  );
}
