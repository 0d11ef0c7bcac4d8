import hypergeometric from "@stdlib/stats-base-dists-hypergeometric-cdf";
import padjust from "@stdlib/stats-padjust";
import type { Affected, Evidence } from "./evidence";
import type { Concentration } from "./findings";
import type { Population } from "./population";

/** A value needs so many affected subscriptions to be looked at. */
const LEAST = 5;
/** More values than this are not listed. */
const MOST = 50;
const SIGNIFICANCE = 0.01;
const LEAST_LIFT = 1.5;

/** The dimensions of a pattern and how a subscription stands in each; `(rare)` values of the population are pooled there. */
const DIMENSIONS: Readonly<Record<string, (affected: Affected) => string | null>> = {
  tenant_id: ({ tenant }) => tenant ?? "",
  price_id: ({ price }) => price ?? "",
  stripe_status: ({ stripeStatus }) => stripeStatus ?? "",
  account_fragment: ({ id }) => (id.length >= 28 && id.startsWith("sub_1") ? id.slice(10, 20) : ""),
  livemode: ({ rows }) => String(rows[0]?.discrepancy.livemode ?? ""),
  created_month: ({ rows }) =>
    (rows[0]?.discrepancy.stripe_created_at ?? rows[0]?.discrepancy.database_created_at ?? "").slice(0, 7),
};

/**
 * Values that are affected more than their share of all subscriptions, by an exact hypergeometric test (Fisher's, one-sided), corrected
 * for the number of values looked at (Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57, 1995). Best first.
 */
export function findConcentrations(affected: readonly Affected[], { population }: Evidence): Concentration[] {
  if (population === null) return [];
  const all = population.get("all")?.get("")?.subscriptions ?? 0;
  const found = Object.entries(DIMENSIONS).flatMap(([dimension, readValue]) =>
    cellsOf(population, all, dimension, affected, readValue),
  );
  if (found.length === 0) return [];
  const corrected = padjust(
    found.map(({ p_value }) => p_value),
    "bh",
  );
  return found
    .map((each, index) => ({ ...each, p_value: Math.min(1, corrected[index] ?? 1) }))
    .filter(({ p_value, lift }) => p_value < SIGNIFICANCE && lift >= LEAST_LIFT)
    .sort((a, b) => a.p_value - b.p_value || b.lift - a.lift || (a.value < b.value ? -1 : 1))
    .slice(0, MOST);
}

function cellsOf(
  population: Population,
  all: number,
  dimension: string,
  affected: readonly Affected[],
  readValue: (affected: Affected) => string | null,
): Concentration[] {
  const values = population.get(dimension);
  if (values === undefined) return [];
  const counts = new Map<string, number>();
  for (const one of affected) {
    const value = readValue(one);
    if (value !== null && value !== "") counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].flatMap(([value, count]) => {
    const subscriptions = values.get(value)?.subscriptions ?? 0;
    if (count < LEAST || subscriptions < count || all < affected.length) return [];
    const share = count / affected.length;
    const baseline = subscriptions / all;
    return [
      {
        dimension,
        value,
        count,
        share,
        baseline_share: baseline,
        lift: share / baseline,
        p_value: atLeast(count, all, subscriptions, affected.length),
      },
    ];
  });
}

/** The chance of `count` or more of `drawn` having a value that `having` of `all` have. The tail is the head of those that do not have it. */
export function atLeast(count: number, all: number, having: number, drawn: number): number {
  return Math.min(1, Math.max(0, hypergeometric(drawn - count, all, all - having, drawn)));
}
