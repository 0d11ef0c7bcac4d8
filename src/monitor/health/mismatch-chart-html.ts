import { numberText, timeText } from "../../report/cell-text";
import { chartHtml } from "../../report/chart";
import { KIND_COLORS, NEUTRAL_COLOR } from "../../report/colors";
import { tableHtml } from "../../report/table";
import { KIND_TITLES, KINDS } from "../../subscription";
import type { Health } from "./health";
import type { MismatchSeries } from "./mismatch-series";

const DAY = 86_400_000;

/** Open discrepancies over time by kind, with the times no run tells of and the repairs. */
export async function mismatchChartHtml({ series, incidents, checkedAt }: Health): Promise<string> {
  const { points, gaps, unit } = series;
  if (points.length === 0)
    return tableHtml({
      caption: "Open discrepancies over time",
      columns: [],
      rows: [],
      empty: "No run has come to a verdict.",
    });
  const shown = KINDS.filter((kind) => points.some(({ open }) => open[kind] > 0));
  const kinds = shown.length === 0 ? KINDS.slice(0, 1) : shown;
  // What the last run found is what is known since.
  const last = points.at(-1)?.at ?? checkedAt.toISOString();
  const end = unit === "run" ? checkedAt.toISOString() : new Date(Date.parse(last) + DAY).toISOString();
  const repaired = incidents.flatMap(({ repairedAt }) => (repairedAt === null ? [] : [repairedAt]));
  return chartHtml({
    title: finding(series),
    data: [
      ...kinds.map((kind) => ({
        type: "scatter",
        mode: "lines",
        stackgroup: "open",
        name: KIND_TITLES[kind],
        x: [...points.map(({ at }) => at), end],
        y: [...points, ...points.slice(-1)].map(({ open }) => open[kind]),
        line: { shape: "hv", width: 1.5, color: KIND_COLORS[kind] },
      })),
      ...(gaps.length === 0
        ? []
        : [
            {
              type: "scatter",
              mode: "markers",
              name: "No result (failed or missed)",
              x: gaps,
              y: gaps.map(() => 0),
              marker: { symbol: "x", size: 8, color: NEUTRAL_COLOR },
              cliponaxis: false,
            },
          ]),
    ],
    layout: {
      showlegend: true,
      shapes: repaired.map((x) => ({
        type: "line",
        yref: "paper",
        ...{ x0: x, x1: x, y0: 0, y1: 1 },
        line: { color: NEUTRAL_COLOR, width: 1, dash: "dash" },
      })),
      annotations: repaired.map((x) => ({
        x,
        y: 1,
        yref: "paper",
        text: "repaired",
        showarrow: false,
        xanchor: "left",
        yanchor: "top",
        xshift: 4,
      })),
      xaxis: {
        type: "date",
        title: { text: unit === "run" ? "start of the run (UTC)" : "day, at its worst moment (UTC)" },
      },
      yaxis: {
        title: { text: "open discrepancies" },
        rangemode: "tozero",
        ...(shown.length === 0 ? { range: [0, 10] } : {}),
      },
    },
    table: {
      columns: [
        { key: "at", title: unit === "run" ? "Run" : "Day", kind: "time" },
        ...KINDS.map((kind) => ({ key: kind, title: KIND_TITLES[kind], kind: "number" as const })),
        { key: "total", title: "Open", kind: "number" },
        { key: "accepted", title: "Accepted", kind: "number" },
      ],
      rows: points.map(({ at, open, total, accepted }) => ({ at, ...open, total, accepted })),
    },
  });
}

function finding({ points, unit }: MismatchSeries): string {
  const worst = points.reduce((a, b) => (b.total > a.total ? b : a));
  const now = points.at(-1)?.total ?? 0;
  const many = `${numberText(points.length)} ${unit}${points.length === 1 ? "" : "s"}`;
  if (worst.total === 0) return `Nothing was open in ${many}`;
  const when = unit === "run" ? `at ${timeText(worst.at)} UTC` : `on ${worst.at.slice(0, 10)}`;
  return `At most ${numberText(worst.total)} were open, ${when}; ${now === 0 ? "none is" : `${numberText(now)} are`} now`;
}
