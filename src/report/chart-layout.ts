import { SERIES_COLORS } from "./colors";

type Layout = Readonly<Record<string, unknown>>;

const INK = "#1d2327";
const LINE = "#d9dde1";
const FONT_STACK =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif';
const AXIS: Layout = {
  automargin: true,
  showline: true,
  ticks: "outside",
  ticklen: 4,
  gridcolor: LINE,
  linecolor: LINE,
  tickcolor: LINE,
  zerolinecolor: LINE,
  title: { font: { size: 12 }, standoff: 8 },
};

/** A chart's layout laid over the house's own: quiet lines across the bars only, room for labels, the legend above. */
export function chartLayout(given: Layout, data: readonly object[]): Layout {
  const lying = data.some((trace) => "orientation" in trace && trace.orientation === "h");
  const base: Layout = {
    // Words at the end of a lying bar may stand over the edge; upright bars beyond a chart's range may not.
    template: { data: { bar: [{ textangle: 0, cliponaxis: !lying }] }, layout: { xaxis: AXIS, yaxis: AXIS } },
    font: { family: FONT_STACK, size: 12, color: INK },
    margin: { l: 48, r: 16, t: 16, b: 40 },
    colorway: SERIES_COLORS,
    paper_bgcolor: "#ffffff",
    plot_bgcolor: "#ffffff",
    bargap: 0.2,
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", traceorder: "normal" },
    hovermode: lying ? "closest" : "x unified",
    [lying ? "yaxis" : "xaxis"]: { showgrid: false },
  };
  const merged = Object.entries(given).map(([key, value]) => [key, over(base[key], value)]);
  return { ...base, ...Object.fromEntries(merged) };
}

function over(base: unknown, given: unknown): unknown {
  return isLayout(base) && isLayout(given) ? { ...base, ...given } : given;
}

function isLayout(value: unknown): value is Layout {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
