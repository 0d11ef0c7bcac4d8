/** What results carry with them: one stylesheet, one small script and, for live charts, the chart library. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The stylesheet of every result. */
export const STYLE = readFileSync(join(__dirname, "browser", "report.css"), "utf8");

/** The script that makes tables sortable and charts live; it may run any number of times. */
export const SCRIPT = readFileSync(join(__dirname, "browser", "enhance.js"), "utf8");

/** Builds of the chart library (MIT): `basic` draws bars, lines, points and pies (1.2 MB), `full` every type (10 MB). */
export type PlotlyBuild = "basic" | "full";

const PACKAGES: Readonly<Record<PlotlyBuild, string>> = {
  basic: "plotly.js-basic-dist-min",
  full: "plotly.js-dist",
};
const read = new Map<PlotlyBuild, string>();

/** The chart library's own source. Results carry the basic one, which also draws their static pictures. */
export function readPlotly(build: PlotlyBuild): string {
  const source = read.get(build) ?? readFileSync(require.resolve(PACKAGES[build]), "utf8");
  read.set(build, source);
  return source;
}

/**
 * The chart library as a script for a page: it answers as `window.reconPlotly`, leaves another `window.Plotly` alone,
 * and registers with no module loader a notebook may have.
 */
export function plotlyScript(): string {
  return `if (!window.reconPlotly) {
const before = window.Plotly;
(function (define, module, exports) {
${readPlotly("basic")}
}).call(window);
window.reconPlotly = window.Plotly;
if (before) window.Plotly = before;
window.dispatchEvent(new Event("recon-plotly"));
}`;
}
