/** What results carry with them: one stylesheet, one small script and, for live charts, the chart library. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The stylesheet of every result. */
export const STYLE = readFileSync(join(__dirname, "browser", "report.css"), "utf8");

/** The script that makes tables sortable and charts live; it may run any number of times. */
export const SCRIPT = readFileSync(join(__dirname, "browser", "enhance.js"), "utf8");

/** The chart library's own source (MIT, 1.2 MB), as the static pictures use it too. */
export function readPlotly(): string {
  plotly ??= readFileSync(require.resolve("plotly.js-basic-dist-min"), "utf8");
  return plotly;
}

let plotly: string | undefined;

/**
 * The chart library as a script for a page: it answers as `window.reconPlotly`, leaves another `window.Plotly` alone,
 * and registers with no module loader a notebook may have.
 */
export function plotlyScript(): string {
  return `if (!window.reconPlotly) {
const before = window.Plotly;
(function (define, module, exports) {
${readPlotly()}
}).call(window);
window.reconPlotly = window.Plotly;
if (before) window.Plotly = before;
window.dispatchEvent(new Event("recon-plotly"));
}`;
}
