import { chartPng } from "../../src/report/chart-image";
import { chartLayout } from "../../src/report/chart-layout";
import { NEUTRAL_COLOR, SERIES_COLORS } from "../../src/report/colors";
import type { BenchReport } from "./bench-result";

const WIDTH = 760;
const HEIGHT = 400;

/**
 * Time against rows as a PNG, both on logarithmic scales: the command, the floor, and what the command would take if its longest run
 * grew and shrank with the rows.
 *
 * @throws Error when fewer than two sizes were measured
 */
export function drawChart({ results, machine }: BenchReport): Promise<Buffer> {
  const points = results.flatMap(({ part, rows, median }) =>
    part === "sizes" && rows !== null && median.floorSeconds !== null
      ? [{ rows, seconds: median.seconds, floor: median.floorSeconds }]
      : [],
  );
  const last = points.at(-1);
  const before = points.at(-2);
  if (last === undefined || before === undefined) throw new Error("A chart needs two sizes or more: see --sizes.");
  const rows = points.map((point) => point.rows);
  const more = (last.rows / before.rows).toLocaleString("en", { maximumFractionDigits: 1 });
  const title = `${rowsText(last.rows)} rows a side take ${timeText(last.seconds)}; ${more} times the rows, ${(last.seconds / before.seconds).toFixed(1)} times the time`;
  const lines = { type: "scatter", x: rows, mode: "lines+markers" };
  const data = [
    {
      ...lines,
      name: "exactly linear",
      y: rows.map((count) => (last.seconds * count) / last.rows),
      mode: "lines",
      line: { color: NEUTRAL_COLOR, dash: "dot", width: 1.5 },
    },
    { ...lines, name: "recon diff", y: points.map((point) => point.seconds), line: { color: SERIES_COLORS[0] } },
    {
      ...lines,
      name: "floor: both files read once",
      y: points.map((point) => point.floor),
      line: { color: SERIES_COLORS[1] },
    },
  ];
  const layout = {
    title: { text: title, font: { size: 14 }, x: 0, xref: "container", xanchor: "left", pad: { l: 16 } },
    margin: { l: 48, r: 24, t: 64, b: 40 },
    xaxis: {
      type: "log",
      title: { text: `rows a side, with 4 to 20 metadata keys each (${machine.cores} cores)` },
      tickvals: rows,
      ticktext: rows.map(rowsText),
    },
    yaxis: { type: "log", title: { text: "seconds" }, tickvals: TIMES, ticktext: TIMES.map(String) },
  };
  return chartPng({ data, layout: chartLayout(layout, data) }, WIDTH, HEIGHT);
}

const TIMES = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

function rowsText(rows: number): string {
  if (rows >= 1e6) return `${rows / 1e6} M`;
  return rows >= 1e3 ? `${rows / 1e3} k` : String(rows);
}

function timeText(seconds: number): string {
  return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
}
