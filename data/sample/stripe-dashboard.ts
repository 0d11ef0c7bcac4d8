/** The Stripe side as the Dashboard exports it: one CSV, times to the minute, amounts in major units. */

import { csvLine } from "./csv-line";
import type { Snapshot } from "./stripe-subscription";
import { METADATA_KEYS } from "./world";

/** `2026-11-02 06:00`, in UTC. */
function minute(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}

/** Each column's header and cell. */
const COLUMNS: readonly (readonly [string, (s: Readonly<Snapshot>) => string | number | null])[] = [
  ["id", (s) => s.id],
  ["Customer ID", (s) => s.customer.id],
  ["Customer Email", (s) => `customer-${String(s.customer.number).padStart(5, "0")}@example.com`],
  ["Customer Name", (s) => `Company C-${String(s.customer.number).padStart(5, "0")}`],
  ["Plan", (s) => s.price.id],
  ["Product", (s) => s.price.product],
  ["Quantity", (s) => s.quantity],
  ["Currency", (s) => s.price.currency],
  ["Interval", (s) => s.price.interval],
  ["Amount", (s) => (s.price.unitAmount / 100).toFixed(2)],
  ["Status", (s) => s.status],
  ["Cancellation Reason", (s) => s.cancelReason],
  ["Cancel At Period End", (s) => String(s.cancelAtPeriodEnd)],
  ["Created (UTC)", (s) => minute(s.created)],
  ["Start Date (UTC)", (s) => minute(s.created)],
  ["Current Period Start (UTC)", (s) => minute(s.periodStart)],
  ["Current Period End (UTC)", (s) => minute(s.periodEnd)],
  ["Trial Start (UTC)", (s) => minute(s.trialStart)],
  ["Trial End (UTC)", (s) => minute(s.trialEnd)],
  ["Canceled At (UTC)", (s) => minute(s.canceledAt)],
  ["Ended At (UTC)", (s) => minute(s.endedAt)],
  ...METADATA_KEYS.map((key) => [`${key} (metadata)`, (s: Readonly<Snapshot>) => s.metadata[key] ?? null] as const),
];

/** The whole file, with the byte order mark that spreadsheets look for. */
export function printDashboardCsv(listed: readonly Readonly<Snapshot>[]): string {
  const lines = listed.map((s) => csvLine(COLUMNS.map(([, cell]) => cell(s))));
  return `\uFEFF${csvLine(COLUMNS.map(([header]) => header))}${lines.join("")}`;
}
