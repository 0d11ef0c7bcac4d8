import escapeHtml from "escape-html";
import { visibleText } from "./cell-text";
import { chartPng } from "./chart-image";
import { chartLayout } from "./chart-layout";
import { buildFor, type Figure } from "./chart-svg";
import { type Column, tableHtml } from "./table";

/** A chart with the finding it shows and the figures it is drawn from. */
export interface Chart {
  /** What the chart shows, as a sentence: "Most mismatches began on 3 March". */
  readonly title: string;
  /**
   * Plotly traces of any type that is drawn as SVG. Texts inside arrays and names of traces are data and shown as they are,
   * never as markup.
   */
  readonly data: readonly object[];
  /** Plotly layout, laid over the house's own. `height` in pixels. */
  readonly layout?: Readonly<Record<string, unknown>>;
  /** The same figures in numbers. */
  readonly table: { readonly columns: readonly Column[]; readonly rows: readonly object[] };
}

const WIDTH = 760;
const HEIGHT = 320;
const MOST_FIGURES = 1000;

/**
 * A chart as HTML: a picture that shows everywhere, which a script replaces by the live chart where scripts run
 * (browser/enhance.js with the library of `plotlyScript()`), and its figures as a table below.
 *
 * Bars, lines, points and pies become live. A chart of another type (histogram, box, sankey …) stays a picture: the library
 * that draws those is 10 MB, too much to carry in a notebook.
 *
 * @throws ReconError `chart_font_missing`
 */
export async function chartHtml(chart: Chart): Promise<string> {
  const data = chart.data.map(plainTrace);
  const figure: Figure = { data, layout: chartLayout(plainLists(chart.layout ?? {}), data) };
  const height = typeof figure.layout.height === "number" ? figure.layout.height : HEIGHT;
  const png = await chartPng(figure, WIDTH, height);
  const title = escapeHtml(visibleText(chart.title));
  const isLive = buildFor(data) === "basic";
  const json = JSON.stringify({ data, layout: { ...figure.layout, height } }).replaceAll("<", "\\u003c");
  return `<figure class="rc-chart"${isLive ? " data-recon-chart" : ""} style="margin:16px 0">
<figcaption style="font-weight:600">${title}</figcaption>
<img src="data:image/png;base64,${png.toString("base64")}" width="${WIDTH}" height="${height}" alt="${title}" style="max-width:100%">
${isLive ? `<script type="application/json">${json}</script>` : ""}
<details><summary>Figures</summary>
${tableHtml({ ...chart.table, caption: chart.title, limit: MOST_FIGURES, empty: "No figures found" })}
</details>
</figure>`;
}

/** A text from data for a place where Plotly reads markup, such as an annotation. */
export function plotText(text: string): string {
  return visibleText(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function plainTrace(trace: object): object {
  const plain = plainLists(trace);
  return "name" in plain ? { ...plain, name: plotText(String(plain.name)) } : plain;
}

// Lists hold data (x, y, text, tick texts); single strings are what the notebook's author wrote.
function plainLists<Value>(value: Value): Value {
  if (Array.isArray(value)) {
    return value.map((one) => (typeof one === "string" ? plotText(one) : plainLists(one))) as Value;
  }
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainLists(one)])) as Value;
}
