import type { Summary } from "../reconcile/summary";
import { DISPOSITIONS, KIND_TITLES, KINDS } from "../subscription";
import { tableHtml } from "./table";

/** How many discrepancies there are of each kind, and what they ask for. */
export function countsHtml(summary: Summary): string {
  const withheld = new Set(summary.withheld.map(({ kind }) => kind));
  const rows = KINDS.map((kind) => {
    const counts = summary.counts[kind];
    const total = DISPOSITIONS.reduce((sum, disposition) => sum + counts[disposition], 0);
    return { kind: KIND_TITLES[kind], ...counts, total: withheld.has(kind) ? "withheld" : total };
  });
  return tableHtml({
    caption: "Discrepancies by kind",
    columns: [
      { key: "kind", title: "Kind" },
      { key: "actionable", title: "Actionable", kind: "number" },
      { key: "review", title: "Review", kind: "number" },
      { key: "in_flight", title: "In flight", kind: "number" },
      { key: "expected", title: "Expected", kind: "number" },
      { key: "total", title: "All", kind: "number" },
    ],
    rows,
    empty: "No discrepancies found",
  });
}
