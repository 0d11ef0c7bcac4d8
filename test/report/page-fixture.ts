import { bannerHtml } from "../../src/report/banner";
import { cellOutputHtml } from "../../src/report/cell-output";
import { chartHtml } from "../../src/report/chart";
import { discrepancyTableHtml } from "../../src/report/discrepancy-table";
import { metadataDiffHtml } from "../../src/report/metadata-diff";
import type { ExecutedCell } from "../../src/report/notebook-cells";
import { pageHtml } from "../../src/report/page";
import { tableHtml } from "../../src/report/table";
import { HOSTILE } from "./hostile-strings";

/** A code cell as a kernel leaves it. */
export function codeCell(source: string, outputs: ExecutedCell["outputs"] = [], tags: string[] = []): ExecutedCell {
  return { cell_type: "code", source, metadata: { tags }, outputs };
}

/** A cell of text. */
export function textCell(source: string): ExecutedCell {
  return { cell_type: "markdown", source, metadata: {} };
}

/** An output of the functions of src/report. */
export function shown(...results: string[]): NonNullable<ExecutedCell["outputs"]>[number] {
  const html = cellOutputHtml(results, { withPlotly: results.some((result) => result.includes("data-recon-chart")) });
  return { output_type: "display_data", data: { "text/html": html } };
}

/** A page of some cells. */
export function pageOf(...cells: ExecutedCell[]): string {
  return pageHtml({
    title: "Reconciliation",
    subtitle: "stripe.csv against subscriptions.csv",
    notebook: { cells },
    generatedAt: "2026-03-12T08:31:00Z",
    footer: "run-1",
  });
}

/** A table of twelve rows with gaps, to sort, filter and copy from. */
export const SORTABLE = tableHtml({
  caption: "Sortable",
  columns: [
    { key: "id", title: "Subscription", kind: "id" },
    { key: "count", title: "Count", kind: "number" },
    { key: "at", title: "Changed at", kind: "time" },
  ],
  rows: Array.from({ length: 12 }, (_, index) => ({
    id: `sub_${index + 1}`,
    count: index % 4 === 3 ? null : (index * 7) % 10,
    at: `2026-03-${String(((index * 5) % 12) + 1).padStart(2, "0")}T00:00:00Z`,
  })),
  empty: "",
});

/** Discrepancies of two kinds, with ids as long as Stripe's, in the widest table there is. */
export const DISCREPANCIES = discrepancyTableHtml(
  (["status_mismatch", "field_mismatch"] as const).map((kind) => ({
    subscription_id: "sub_1QxWmMzFzmWMm2eW9mWMOQ0w",
    kind,
    disposition: "review",
    reason: "customer_has_live_subscription",
    customer_id: "cus_QWmMOwWmMOQwmW",
    tenant_id: "tenant_with_a_name_028",
    price_id: null,
    livemode: true,
    stripe_status: "incomplete_expired",
    database_status: "incomplete",
    changed_at: "2026-03-08T03:20:48Z",
    changed_at_basis: "stripe.created",
    stripe_created_at: null,
    database_created_at: null,
    database_updated_at: null,
    details:
      kind === "field_mismatch"
        ? '{"fields":{"current_period_end":{"stripe":"2026-04-03T09:00:01Z","database":"2026-03-03T09:00:01Z"}}}'
        : "{}",
  })),
  { caption: "Wide", empty: "" },
);

/** A chart whose labels, names and figures are the given texts. */
export function chartOf(title: string, texts: readonly string[]): Promise<string> {
  return chartHtml({
    title,
    data: [
      {
        type: "bar",
        orientation: "h",
        name: texts[0],
        y: texts.map((text) => text.slice(0, 80)),
        x: texts.map((_, index) => index + 1),
        text: texts.map((text) => text.slice(0, 40)),
      },
    ],
    layout: { height: Math.max(500, 26 * texts.length), showlegend: true },
    table: { columns: [{ key: "text", title: texts[0] ?? "" }], rows: texts.map((text) => ({ text })) },
  });
}

/** A page with hostile text in every place that data can reach. */
export async function hostilePage(): Promise<string> {
  const [first = ""] = HOSTILE;
  const everyKind = tableHtml({
    caption: first,
    columns: (["text", "number", "time", "id", "chip"] as const).map((kind) => ({ key: kind, title: first, kind })),
    rows: HOSTILE.map((text) => ({ text, number: text, time: text, id: text, chip: text })),
    restIn: first,
    total: 99,
    empty: "",
  });
  const all = (value: string) => Object.fromEntries(HOSTILE.map((text) => [text, value]));
  const changed = Object.fromEntries(HOSTILE.map((text) => [text, { stripe: text, database: first }]));
  const cells = [
    ...HOSTILE.map((text) => textCell(`## ${text}`)),
    ...HOSTILE.map((text) => codeCell(text, [{ output_type: "stream", name: "stdout", text }])),
    ...HOSTILE.map((text) => codeCell("", [{ output_type: "error", ename: text, evalue: text, traceback: [text] }])),
    codeCell("", [
      { output_type: "execute_result", data: { "application/json": HOSTILE } },
      { output_type: "display_data", data: { "text/plain": first } },
      { output_type: "display_data", data: { "image/png": `"><script>window.hacked='png'</script>` } },
      { output_type: "display_data", data: { [first]: "" } },
    ]),
    codeCell("", [
      shown(everyKind),
      shown(metadataDiffHtml({ metadata: { added: all(first), removed: all(first), changed } })),
      shown(...HOSTILE.map((text) => bannerHtml({ tone: "bad", title: text, lines: [text] }))),
      shown(tableHtml({ columns: [], rows: [], caption: first, empty: first })),
      shown(await chartOf(first, HOSTILE)),
    ]),
  ];
  return pageHtml({ title: first, subtitle: first, notebook: { cells }, generatedAt: first, footer: first });
}
