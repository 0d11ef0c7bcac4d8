import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Row, textOf } from "./compare-by-hand";

/** How a side is written. */
export type Form = "csv" | "json" | "lines" | "pretty" | "glued";

/** When both snapshots of a world were taken. */
export const TAKEN_AT = "2026-11-02T06:00:00Z";

/** Writes both exports of a world with sidecars that call them complete. */
export function writeExports(
  directory: string,
  stripe: { readonly rows: readonly Row[]; readonly form: Form },
  database: { readonly rows: readonly Row[]; readonly form: Form },
): { stripe: string; database: string } {
  const stripeText =
    stripe.form === "csv"
      ? csvOf(STRIPE_HEADER, stripe.rows.map(stripeCells))
      : jsonOf(stripe.rows.map(apiObject), stripe.form, true);
  const databaseText =
    database.form === "csv"
      ? csvOf(DATABASE_HEADER, database.rows.map(databaseCells))
      : jsonOf(database.rows.map(tableObject), database.form, false);
  return { stripe: write(directory, "stripe", stripeText), database: write(directory, "database", databaseText) };
}

function write(directory: string, side: "stripe" | "database", text: string): string {
  const path = join(directory, `${side}.export`);
  writeFileSync(path, text);
  const sidecar = { schema_version: 1, side, started_at: TAKEN_AT, finished_at: TAKEN_AT, complete: true };
  writeFileSync(`${path}.meta.json`, JSON.stringify(sidecar));
  return path;
}

type Cell = string | number | boolean | null;

const STRIPE_HEADER =
  "id,customer,status,price,quantity,metadata,current_period_start,current_period_end,cancel_at_period_end,livemode,created";

function stripeCells(row: Row): Cell[] {
  const { id, customer, status, prices, quantity, metadata, start, end, cancels, written } = row;
  return [id, customer, status, prices.join(","), quantity, textOf(metadata), start, end, cancels, true, written];
}

const DATABASE_HEADER =
  "stripe_subscription_id,stripe_customer_id,status,price_id,quantity,metadata,current_period_start,current_period_end,cancel_at_period_end,livemode,created_at,updated_at";

function databaseCells(row: Row): Cell[] {
  const { id, customer, status, prices, quantity, metadata, start, end, cancels, written } = row;
  const flag = cancels === null ? null : cancels ? "t" : "f";
  const times = [start, end].map((time, index) => psqlTime(time, index));
  return [
    id,
    customer,
    status,
    prices[0] ?? null,
    quantity,
    textOf(metadata),
    ...times,
    flag,
    "t",
    psqlTime(1_700_000_000, 0),
    psqlTime(written, 0),
  ];
}

/** A timestamptz as psql prints it, with microseconds and an offset now and then; the instant is the same. */
function psqlTime(seconds: number | null, index: number): string | null {
  if (seconds === null) return null;
  const shift = seconds % 3 === 0 ? 5.5 : seconds % 3 === 1 ? -8 : 0;
  const local = new Date((seconds + shift * 3600) * 1000).toISOString().slice(0, 19).replace("T", " ");
  const fraction = index === 1 ? ".999999" : "";
  return `${local}${fraction}${shift === 0 ? "+00" : shift === 5.5 ? "+05:30" : "-08"}`;
}

function csvOf(header: string, rows: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell): string => {
    const text = value === null ? "" : String(value);
    return /[",\r\n]|^ | $/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [header, ...rows.map((row) => row.map(cell).join(","))].map((line) => `${line}\n`).join("");
}

/** Members whose values are JSON text already. */
type Members = readonly (readonly [string, string | null])[];

function apiObject(row: Row): Members {
  const items = row.prices.map((price, index) => ({
    id: `si_${index}`,
    price: { id: price },
    ...(index === 0 && row.quantity !== null ? { quantity: Number(row.quantity) } : {}),
    ...(row.start === null ? {} : { current_period_start: row.start }),
    ...(row.end === null ? {} : { current_period_end: row.end }),
  }));
  return [
    ["id", JSON.stringify(row.id)],
    ["object", '"subscription"'],
    ["customer", JSON.stringify(row.customer)],
    ["status", JSON.stringify(row.status)],
    ["metadata", textOf(row.metadata) ?? "null"],
    ["items", JSON.stringify({ object: "list", data: items })],
    ["cancel_at_period_end", JSON.stringify(row.cancels)],
    ["current_period_start", row.prices.length === 0 ? JSON.stringify(row.start) : null],
    ["current_period_end", row.prices.length === 0 ? JSON.stringify(row.end) : null],
    ["livemode", "true"],
    ["created", String(row.written)],
  ];
}

function tableObject(row: Row): Members {
  return [
    ["stripe_subscription_id", JSON.stringify(row.id)],
    ["stripe_customer_id", JSON.stringify(row.customer)],
    ["status", JSON.stringify(row.status)],
    ["price_id", JSON.stringify(row.prices[0] ?? null)],
    ["quantity", row.quantity],
    ["metadata", textOf(row.metadata) ?? "null"],
    ["current_period_start", JSON.stringify(psqlTime(row.start, 0))],
    ["current_period_end", JSON.stringify(psqlTime(row.end, 1))],
    ["cancel_at_period_end", JSON.stringify(row.cancels)],
    ["livemode", "true"],
    ["updated_at", JSON.stringify(psqlTime(row.written, 0))],
  ];
}

function jsonOf(rows: readonly Members[], form: Form, wraps: boolean): string {
  const [gap, end] = form === "pretty" ? ["\n    ", "\n  "] : ["", ""];
  const objects = rows.map(
    (members) =>
      `{${members.map(([name, json]) => `${gap}${JSON.stringify(name)}:${gap === "" ? "" : " "}${json ?? "null"}`).join(",")}${end}}`,
  );
  if (form === "lines") return objects.map((object) => `${object}\n`).join("");
  if (form === "glued") return objects.join("");
  const list = `[${objects.join(`,${gap}`)}]`;
  return wraps ? `{"object": "list", "data": ${list}, "has_more": false, "url": "/v1/subscriptions"}\n` : `${list}\n`;
}
