/** The database side as psql prints it: `COPY (SELECT * FROM subscriptions) TO STDOUT WITH CSV HEADER`. */

import type { Row } from "./row";

/** `2026-01-02 03:04:05+00`, or with up to six decimals, from Unix microseconds. */
function timestamptz(micros: number | null): string {
  if (micros === null) return "";
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = String(micros - seconds * 1_000_000)
    .padStart(6, "0")
    .replace(/0+$/, "");
  // JavaScript writes years above 9999 as +057723, PostgreSQL as 57723.
  const text = new Date(seconds * 1000).toISOString().replace(/^\+0*/, "").slice(0, -5).replace("T", " ");
  return `${text}${fraction === "" ? "" : `.${fraction}`}+00`;
}

function fromSeconds(seconds: number | null): string {
  return seconds === null ? "" : timestamptz(seconds * 1_000_000);
}

/** jsonb keeps keys by length, then by bytes. */
function jsonb(value: Row["metadata"]): string {
  if (value === null) return "";
  const keys = Object.keys(value).sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return `{${keys.map((key) => `${JSON.stringify(key)}: ${JSON.stringify(value[key])}`).join(", ")}}`;
}

function boolean(value: boolean): string {
  return value ? "t" : "f";
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\n`;
}

/** Each column's name and cell, in the table's order. */
const COLUMNS: readonly (readonly [string, (row: Row) => string])[] = [
  ["id", (row) => row.id],
  ["customer_id", (row) => row.customer_id],
  ["tenant_id", (row) => row.tenant_id ?? ""],
  ["status", (row) => row.status],
  ["price_id", (row) => row.price_id ?? ""],
  ["quantity", (row) => String(row.quantity)],
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

/** The whole file; a row that was written again stands where its last version does. */
export function printDatabase(rows: Iterable<Row>): string {
  const inHeap = [...rows].sort((a, b) => a.updated_at - b.updated_at || (a.id < b.id ? -1 : 1));
  return (
    csvLine(COLUMNS.map(([name]) => name)) + inHeap.map((row) => csvLine(COLUMNS.map(([, cell]) => cell(row)))).join("")
  );
}
