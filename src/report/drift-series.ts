import type { Findings, Series } from "../drift/findings";
import { numberText, timeText } from "./cell-text";
import { chartHtml } from "./chart";
import { SERIES_COLORS } from "./colors";
import { dimensionTitle, shortened } from "./drift-concentrations";
import { isoOf, MILLISECONDS, viewOf } from "./drift-timeline";
import { tableHtml } from "./table";

/** One line of the timeline with its name. */
interface Line {
  readonly name: string;
  readonly count: number;
  readonly series: Series;
}

/** Which transitions and which values were hit when: two charts of the most frequent ones, with the figures and rates of all. */
export async function driftSeriesHtml(findings: Findings): Promise<string> {
  const { frequency } = findings;
  const transitions = frequency.by_transition.map((one) => ({ ...one, name: `${one.from} → ${one.to}` }));
  const dimension = dimensionShown(findings);
  const values = frequency.by_dimension
    .filter((one) => one.dimension === dimension)
    .map((one) => ({ ...one, name: shortened(one.value) }));
  const parts = [
    await linesHtml(findings, transitions, "Status in Stripe → in the database"),
    dimension === null ? "" : await linesHtml(findings, values, dimensionTitle({ dimension })),
  ];
  return parts.join("\n");
}

/** The dimension in which the drift concentrates most and that is told over time, else the first one. */
function dimensionShown({ concentrations, frequency }: Findings): string | null {
  const told = frequency.by_dimension.map(({ dimension }) => dimension);
  return concentrations.find(({ dimension }) => told.includes(dimension))?.dimension ?? told[0] ?? null;
}

async function linesHtml({ onset, frequency }: Findings, lines: readonly Line[], title: string): Promise<string> {
  const [top] = lines;
  if (top === undefined) {
    return tableHtml({ caption: title, columns: [], rows: [], empty: "None has a known time." });
  }
  const { bucket, series } = frequency;
  const length = MILLISECONDS[bucket];
  const view = viewOf(onset, series, length);
  return chartHtml({
    title: finding(top, title, bucket),
    data: lines.slice(0, SERIES_COLORS.length).map((line, index) => ({
      type: "bar",
      xperiod: length,
      xperiodalignment: "middle",
      name: line.name,
      x: line.series.map(({ start }) => start),
      y: line.series.map(({ affected }) => affected),
      marker: { color: SERIES_COLORS[index] },
    })),
    layout: {
      height: 320,
      barmode: "stack",
      bargap: 0.08,
      xaxis: {
        type: "date",
        range: [isoOf(view.from), isoOf(view.to)],
        title: { text: `${bucket} the two sides parted (UTC)` },
      },
      yaxis: { title: { text: `subscriptions per ${bucket}` } },
    },
    table: {
      columns: [
        { key: "name", title },
        { key: "start", title: `${bucket.charAt(0).toUpperCase()}${bucket.slice(1)} from`, kind: "time" },
        { key: "affected", title: "Subscriptions affected", kind: "number" },
        { key: "changed", title: "Subscriptions changed", kind: "number" },
        { key: "rate", title: "Share affected", kind: "number" },
      ],
      rows: lines.flatMap(({ name, series: own }) =>
        own.map(({ start, affected, changed, rate }) => ({
          name,
          start,
          affected,
          changed,
          rate: rate === null ? null : `${Math.round(rate * 100)} %`,
        })),
      ),
    },
  });
}

function finding({ name, count, series }: Line, title: string, bucket: Findings["frequency"]["bucket"]): string {
  const most = series.reduce((a, b) => (b.affected > a.affected ? b : a));
  const day = most.start.slice(0, 10);
  const when = {
    hour: `in the hour from ${timeText(most.start)} UTC`,
    day: `on ${day}`,
    week: `in the week from ${day}`,
  };
  return `${title}: ${name} leads with ${numberText(count)} subscriptions, ${most.affected === count ? "all" : numberText(most.affected)} of them ${when[bucket]}`;
}
