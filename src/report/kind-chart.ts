import type { Summary } from "../reconcile/summary";
import { DISPOSITIONS, type Disposition, KIND_TITLES, KINDS } from "../subscription";
import { numberText } from "./cell-text";
import { chartHtml } from "./chart";
import { DISPOSITION_COLORS } from "./colors";

const DISPOSITION_TITLES: Readonly<Record<Disposition, string>> = {
  actionable: "Actionable",
  in_flight: "In flight",
  expected: "Expected",
  review: "Review",
};

/** Discrepancies by kind and disposition, as bars. */
export async function kindChartHtml(summary: Summary): Promise<string> {
  const kinds = [...KINDS].reverse();
  return chartHtml({
    title: finding(summary),
    data: DISPOSITIONS.map((disposition) => ({
      type: "bar",
      orientation: "h",
      name: DISPOSITION_TITLES[disposition],
      y: kinds.map((kind) => KIND_TITLES[kind]),
      x: kinds.map((kind) => summary.counts[kind][disposition]),
      marker: { color: DISPOSITION_COLORS[disposition] },
    })),
    layout: { barmode: "stack", xaxis: { title: { text: "discrepancies" } } },
    table: {
      columns: [
        { key: "kind", title: "Kind" },
        ...DISPOSITIONS.map((disposition) => ({
          key: disposition,
          title: DISPOSITION_TITLES[disposition],
          kind: "number" as const,
        })),
      ],
      rows: KINDS.map((kind) => ({ kind: KIND_TITLES[kind], ...summary.counts[kind] })),
    },
  });
}

function finding(summary: Summary): string {
  const ordered = KINDS.map((kind) => ({ kind, count: summary.counts[kind].actionable })).sort(
    (a, b) => b.count - a.count,
  );
  const all = ordered.reduce((sum, { count }) => sum + count, 0);
  const most = ordered[0];
  if (most === undefined || all === 0) return "Nothing to act on in any kind";
  return `${KIND_TITLES[most.kind]} lead: ${numberText(most.count)} of ${numberText(all)} actionable discrepancies`;
}
