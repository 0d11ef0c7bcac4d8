import type { Concentration, Findings } from "../drift/findings";
import { numberText } from "./cell-text";
import { chartHtml } from "./chart";
import { NEUTRAL_COLOR, SERIES_COLORS } from "./colors";
import { tableHtml } from "./table";

const DIMENSION_TITLES: Readonly<Record<string, string>> = {
  tenant_id: "Tenant",
  customer_id: "Customer",
  price_id: "Price",
  stripe_status: "Status in Stripe",
  currency: "Currency",
  livemode: "Live mode",
  account_fragment: "Account part of the id",
  created_month: "Month of creation",
  hour_of_day: "Hour of day (UTC)",
  metadata_key: "Metadata key",
};

/** How many values the chart shows. */
const MOST_BARS = 12;
const LONGEST_LABEL = 40;

/** Where the drift concentrates: the values that are affected more than their share of all subscriptions. */
export async function concentrationsHtml(findings: Findings): Promise<string> {
  const sorted = [...findings.concentrations].sort((a, b) => b.lift - a.lift);
  const [top] = sorted;
  const table = tableHtml({
    caption: "Affected more than their share",
    columns: [
      { key: "dimension", title: "Of" },
      { key: "value", title: "Value" },
      { key: "count", title: "Affected", kind: "number" },
      { key: "share", title: "Share of affected", kind: "number" },
      { key: "baseline_share", title: "Share of all", kind: "number" },
      { key: "lift", title: "Lift", kind: "number" },
      { key: "p_value", title: "p", kind: "number" },
    ],
    rows: sorted.map((one) => ({
      ...one,
      dimension: dimensionTitle(one),
      share: percentText(one.share),
      baseline_share: percentText(one.baseline_share),
      p_value: probabilityText(one.p_value),
    })),
    restIn: "findings.json",
    empty:
      "No tenant, price, status or other value was found to be affected more than its share. What could not be looked at is listed with the causes.",
  });
  if (top === undefined) return table;
  const shown = sorted.slice(0, MOST_BARS).reverse();
  const chart = await chartHtml({
    title: finding(top),
    data: [
      {
        type: "bar",
        orientation: "h",
        y: shown.map(label),
        x: shown.map(({ lift }) => lift),
        text: shown.map(({ lift, count }) => `${numberText(lift)} × (${numberText(count)})`),
        textposition: "outside",
        marker: { color: SERIES_COLORS[0] },
      },
    ],
    layout: {
      height: 110 + 30 * shown.length,
      showlegend: false,
      xaxis: {
        title: { text: "lift (affected subscriptions in brackets); 1 is what chance gives" },
        range: [0, 1.2 * top.lift],
      },
      yaxis: { type: "category" },
      shapes: [
        { type: "line", yref: "paper", y0: 0, y1: 1, x0: 1, x1: 1, line: { color: NEUTRAL_COLOR, dash: "dot" } },
      ],
    },
    table: {
      columns: [
        { key: "value", title: "Value" },
        { key: "lift", title: "Lift", kind: "number" },
      ],
      rows: shown.map((one) => ({ value: label(one), lift: one.lift })).reverse(),
    },
  });
  return `${chart}
<p class="rc-note" style="margin:4px 0 16px">Lift is a value's share of the affected subscriptions over its share of all subscriptions: 2 means affected twice as often as its size explains. p is how likely chance alone gives that much, corrected for the number of values looked at.</p>
${table}`;
}

/** How a dimension is called on screen. */
export function dimensionTitle({ dimension }: Pick<Concentration, "dimension">): string {
  return DIMENSION_TITLES[dimension] ?? dimension.replaceAll("_", " ");
}

function label(one: Pick<Concentration, "dimension" | "value">): string {
  return `${dimensionTitle(one)}: ${shortened(one.value)}`;
}

/** A value short enough for an axis or a legend. */
export function shortened(value: string): string {
  const characters = Array.from(value === "" ? "(none)" : value);
  return characters.length > LONGEST_LABEL ? `${characters.slice(0, LONGEST_LABEL).join("")}…` : characters.join("");
}

function finding(top: Concentration): string {
  return `${label(top)} is affected ${numberText(top.lift)} times as often as its size explains: ${numberText(top.count)} subscriptions`;
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function probabilityText(probability: number): string {
  return probability > 0 && probability < 0.001 ? probability.toExponential(0) : probability.toFixed(3);
}
