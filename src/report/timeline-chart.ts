import type { Timeline } from "../reconcile/read-discrepancies";
import { KIND_TITLES, KINDS } from "../subscription";
import { numberText } from "./cell-text";
import { chartHtml } from "./chart";
import { KIND_COLORS } from "./colors";
import { tableHtml } from "./table";

const UNIT_WORDS = { day: "on", week: "in the week of", month: "in the month of" } as const;

/** When the two sides parted, as bars by kind. Actionable discrepancies with a known time only. */
export async function timelineChartHtml(timeline: Timeline): Promise<string> {
  const starts = [...new Set(timeline.counts.map(({ start }) => start))].sort();
  if (starts.length === 0) {
    return tableHtml({
      caption: "When the two sides parted",
      columns: [],
      rows: [],
      empty: "No actionable discrepancy has a known time.",
    });
  }
  const countOf = (start: string, kind: string): number =>
    timeline.counts.find((one) => one.start === start && one.kind === kind)?.count ?? 0;
  const kinds = KINDS.filter((kind) => timeline.counts.some((one) => one.kind === kind));
  return chartHtml({
    title: finding(timeline, starts),
    data: kinds.map((kind) => ({
      type: "bar",
      name: KIND_TITLES[kind],
      x: starts,
      y: starts.map((start) => countOf(start, kind)),
      marker: { color: KIND_COLORS[kind] },
    })),
    layout: {
      barmode: "stack",
      xaxis: { type: "date", title: { text: `${timeline.unit} the two sides parted (UTC)` } },
      yaxis: { title: { text: "discrepancies" } },
    },
    table: {
      columns: [
        { key: "start", title: `${timeline.unit.charAt(0).toUpperCase()}${timeline.unit.slice(1)} (UTC)` },
        ...kinds.map((kind) => ({ key: kind, title: KIND_TITLES[kind], kind: "number" as const })),
      ],
      rows: starts.map((start) => ({
        start,
        ...Object.fromEntries(kinds.map((kind) => [kind, countOf(start, kind)])),
      })),
    },
  });
}

function finding(timeline: Timeline, starts: readonly string[]): string {
  const totals = starts.map((start) => ({
    start,
    count: timeline.counts.filter((one) => one.start === start).reduce((sum, { count }) => sum + count, 0),
  }));
  const all = totals.reduce((sum, { count }) => sum + count, 0);
  const most = totals.reduce((a, b) => (b.count > a.count ? b : a));
  return `${numberText(most.count)} of ${numberText(all)} actionable discrepancies parted ${UNIT_WORDS[timeline.unit]} ${most.start}`;
}
