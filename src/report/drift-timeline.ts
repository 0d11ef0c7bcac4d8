import escapeHtml from "escape-html";
import type { Bucket, Findings, Onset } from "../drift/findings";
import { KIND_TITLES, KINDS } from "../subscription";
import { numberText, timeText } from "./cell-text";
import { chartHtml } from "./chart";
import { KIND_COLORS, NEUTRAL_COLOR } from "./colors";
import { tableHtml } from "./table";

/** Length of a stretch of the timeline. */
export const MILLISECONDS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;

/** When the two sides parted: bars by kind, the share of changes that were missed, and the beginning and end of the drift. */
export async function driftTimelineHtml(findings: Findings): Promise<string> {
  const { onset, frequency } = findings;
  const { bucket, series } = frequency;
  if (series.length === 0) {
    return tableHtml({
      caption: "When the drift began",
      columns: [],
      rows: [],
      empty: "No discrepancy that was looked at has a known time.",
    });
  }
  const length = MILLISECONDS[bucket];
  const view = viewOf(onset, series, length);
  const shown = series.filter(({ start }) => Date.parse(start) + length > view.from && Date.parse(start) < view.to);
  const kinds = KINDS.filter((kind) => series.some(({ by_kind }) => (by_kind[kind] ?? 0) > 0));
  const period = { xperiod: length, xperiodalignment: "middle" };
  const isRateKnown = series.some(({ rate }) => rate !== null);
  const bars = kinds.map((kind) => ({
    ...period,
    type: "bar",
    name: KIND_TITLES[kind],
    x: series.map(({ start }) => start),
    y: series.map(({ by_kind }) => by_kind[kind] ?? 0),
    marker: { color: KIND_COLORS[kind] },
  }));
  const line = {
    ...period,
    type: "scatter",
    mode: "lines+markers",
    name: "Share affected",
    ...ratesOf(series, length),
    yaxis: "y2",
    line: { color: NEUTRAL_COLOR, width: 2, dash: "dot" },
    // The edge keeps a point apart from the bar behind it.
    marker: { color: NEUTRAL_COLOR, size: 9, symbol: "diamond", line: { color: "#ffffff", width: 1.5 } },
  };
  const chart = await chartHtml({
    title: finding(onset),
    data: isRateKnown ? [...bars, line] : bars,
    layout: {
      height: 380,
      barmode: "stack",
      bargap: 0.08,
      xaxis: {
        type: "date",
        range: [isoOf(view.from), isoOf(view.to)],
        title: { text: `${bucket} the two sides parted (UTC)` },
      },
      yaxis: { title: { text: `discrepancies per ${bucket}` }, range: [0, 1.2 * Math.max(1, ...shown.map(total))] },
      ...(isRateKnown ? { yaxis2: RATE_AXIS } : {}),
      ...marks(onset, view),
    },
    table: {
      columns: [
        { key: "start", title: `${bucket.charAt(0).toUpperCase()}${bucket.slice(1)} from`, kind: "time" },
        ...kinds.map((kind) => ({ key: kind, title: KIND_TITLES[kind], kind: "number" as const })),
        { key: "affected", title: "Subscriptions affected", kind: "number" },
        { key: "changed", title: "Subscriptions changed", kind: "number" },
        { key: "rate", title: "Share affected", kind: "number" },
      ],
      rows: series.map(({ start, by_kind, affected, changed, rate }) => ({
        start,
        ...Object.fromEntries(kinds.map((kind) => [kind, by_kind[kind] ?? 0])),
        affected,
        changed,
        rate: rate === null ? null : `${Math.round(rate * 100)} %`,
      })),
    },
  });
  return `${chart}\n${noteHtml(onset, isRateKnown, series.length - shown.length)}`;
}

const RATE_AXIS = {
  overlaying: "y",
  side: "right",
  range: [0, 1.2],
  tickvals: [0, 0.25, 0.5, 0.75, 1],
  tickformat: ".0%",
  showgrid: false,
  title: { text: "share affected" },
} as const;

function total({ by_kind }: Bucket): number {
  return KINDS.reduce((sum, kind) => sum + (by_kind[kind] ?? 0), 0);
}

function finding({ at, ends, shape }: Onset): string {
  const began = at === null ? null : `${timeText(at)} UTC`;
  switch (shape) {
    case "burst":
      return `A burst: the drift began ${began ?? "at an unknown time"}${ends === null ? "" : ` and ended ${timeText(ends)} UTC`}`;
    case "step":
      return `A step: the drift began ${began ?? "at an unknown time"} and still goes on`;
    case "flat":
      return "No beginning: the drift is spread over all the time there are data for";
    case "sparse":
      return "Too few discrepancies to tell when the drift began";
    case "none":
      return "No point in time at which the drift began";
  }
}

/** A part of the timeline, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** More stretches than this are too thin to see; the picture then shows the drift and some time around it. */
const MOST_STRETCHES = 60;
const STRETCHES_AROUND = 7;

/** What the picture shows at first, in milliseconds since 1970; the live chart can be dragged on. */
export function viewOf({ at, low, ends }: Onset, series: readonly Bucket[], length: number): Span {
  const starts = series.map(({ start }) => Date.parse(start));
  const whole = { from: Math.min(...starts), to: Math.max(...starts) + length };
  if (at === null || (whole.to - whole.from) / length <= MOST_STRETCHES) return whole;
  const began = Date.parse(low ?? at);
  const ended = ends === null ? whole.to : Date.parse(ends);
  const around = Math.max(STRETCHES_AROUND * length, (ended - began) / 4);
  return { from: Math.max(whole.from, began - around), to: ended + around };
}

/** The line breaks where stretches are left out: nothing is known between them. */
function ratesOf(series: readonly Bucket[], length: number): { x: string[]; y: (number | null)[] } {
  const points = series.flatMap(({ start, rate }, index) => {
    const end = isoOf(Date.parse(start) + length);
    const next = series[index + 1];
    const isGap = next !== undefined && Date.parse(next.start) > Date.parse(end);
    return isGap
      ? [
          { x: start, y: rate },
          { x: end, y: null },
        ]
      : [{ x: start, y: rate }];
  });
  return { x: points.map(({ x }) => x), y: points.map(({ y }) => y) };
}

/** A time of the picture as Plotly takes it. */
export function isoOf(time: number): string {
  return new Date(time).toISOString();
}

const LEFT_OF_LINE = { xanchor: "right", xshift: -4 } as const;
const RIGHT_OF_LINE = { xanchor: "left", xshift: 4 } as const;

/** The beginning and the end as lines with their words, the time in which it can have begun as a shade. */
function marks({ at, low, high, ends }: Onset, span: Span): { shapes: object[]; annotations: object[] } {
  const place = (time: string): number => (Date.parse(time) - span.from) / (span.to - span.from);
  const upright = { type: "line", xref: "x", yref: "paper", y0: 0, y1: 1 };
  const words = { xref: "x", yref: "paper", y: 1, yanchor: "top", showarrow: false };
  const shade = { type: "rect", xref: "x", yref: "paper", y0: 0, y1: 1, layer: "below", line: { width: 0 } };
  const beginsLeft = at !== null && place(at) < 0.3;
  const endsRight = ends !== null && place(ends) > 0.7;
  const shapes = [
    ...(low === null || high === null
      ? []
      : [{ ...shade, x0: low, x1: high, fillcolor: NEUTRAL_COLOR, opacity: 0.25 }]),
    ...(at === null ? [] : [{ ...upright, x0: at, x1: at, line: { color: NEUTRAL_COLOR, width: 2 } }]),
    ...(ends === null ? [] : [{ ...upright, x0: ends, x1: ends, line: { color: NEUTRAL_COLOR, width: 2 } }]),
  ];
  // A text that would stand over the other one, or over the edge, goes to the line's other side, and one line lower.
  const annotations = [
    ...(at === null
      ? []
      : [{ ...words, x: at, text: `began ${timeText(at)}`, ...(beginsLeft ? RIGHT_OF_LINE : LEFT_OF_LINE) }]),
    ...(ends === null
      ? []
      : [
          {
            ...words,
            x: ends,
            text: `ended ${timeText(ends)}`,
            ...(endsRight ? LEFT_OF_LINE : RIGHT_OF_LINE),
            yshift: beginsLeft || endsRight ? -18 : 0,
          },
        ]),
  ];
  return { shapes, annotations };
}

function noteHtml({ at, low, high, ends, shape }: Onset, isRateKnown: boolean, left: number): string {
  const sentences = [
    left === 0 ? "" : `${numberText(left)} stretches of time with discrepancies lie outside the picture: see Figures.`,
    low !== null && high !== null
      ? `It began between ${timeText(low)} and ${timeText(high)} (shaded)${at === null ? "" : `; best estimate ${timeText(at)}`}.`
      : "",
    at !== null && ends === null && shape !== "burst" ? "No end was seen." : "",
    isRateKnown
      ? "Share affected: of the subscriptions that changed in Stripe in that time, those that differ now (dotted, right axis)."
      : "How many subscriptions changed in that time is not known, so no share is shown.",
  ];
  return `<p class="rc-note" style="margin:4px 0 16px">${escapeHtml(sentences.filter((one) => one !== "").join(" "))}</p>`;
}
