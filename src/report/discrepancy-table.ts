import escapeHtml from "escape-html";
import { type Details, type Discrepancy, REASONS } from "../subscription";
import { chipHtml } from "./chip";
import { diffLinesHtml } from "./diff-lines";
import { fieldDiffHtml } from "./field-diff";
import { metadataDiffHtml } from "./metadata-diff";
import { type Column, type Table, tableHtml } from "./table";

const COLUMNS: readonly Column[] = [
  { key: "subscription_id", title: "Subscription", kind: "id" },
  { key: "kind", title: "Kind", kind: "chip" },
  { key: "database_status", title: "In database", kind: "chip" },
  { key: "stripe_status", title: "In Stripe", kind: "chip" },
  { key: "difference", title: "Difference", kind: "html" },
  { key: "disposition", title: "Disposition", kind: "html" },
  { key: "customer_id", title: "Customer", kind: "id" },
  { key: "tenant_id", title: "Tenant" },
  { key: "changed_at", title: "Changed at", kind: "time" },
];

/**
 * Discrepancies as a table of what the rows need: what differs is spelled out where there is more than two statuses to tell,
 * columns without values are left out, the reason of a disposition stands in words.
 */
export function discrepancyTableHtml(
  discrepancies: readonly Discrepancy[],
  table: Omit<Table, "columns" | "rows">,
): string {
  const shown = discrepancies.slice(0, table.limit ?? 50);
  const severalKinds = new Set(shown.map(({ kind }) => kind)).size > 1;
  const spelledOut =
    severalKinds || shown.some(({ kind }) => kind === "metadata_mismatch" || kind === "field_mismatch");
  const rows: readonly Readonly<Record<string, unknown>>[] = shown.map((one) => ({
    ...one,
    disposition: dispositionHtml(one),
    ...(severalKinds ? {} : { kind: null }),
    ...(spelledOut ? { difference: differenceHtml(one), stripe_status: null, database_status: null } : {}),
  }));
  const columns = COLUMNS.filter(({ key }) => rows.some((row) => (row[key] ?? null) !== null));
  return tableHtml({ ...table, columns, rows, total: table.total ?? discrepancies.length });
}

function differenceHtml({ stripe_status, database_status, details }: Discrepancy): string {
  const parsed: Details = JSON.parse(details || "{}");
  if (parsed.metadata) return metadataDiffHtml(parsed);
  if (parsed.fields) return fieldDiffHtml(parsed);
  return diffLinesHtml([{ name: "status", stripe: stripe_status, database: database_status }]);
}

function dispositionHtml({ disposition, reason }: Discrepancy): string {
  if (reason === null) return chipHtml(disposition);
  return `${chipHtml(disposition)}<br><small>${escapeHtml(REASONS[reason] ?? reason)}</small>`;
}
