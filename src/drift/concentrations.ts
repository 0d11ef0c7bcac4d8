import hypergeometric from "@stdlib/stats-base-dists-hypergeometric-cdf";
import padjust from "@stdlib/stats-padjust";
import { DIMENSIONS } from "./dimensions";
import type { Affected, Evidence } from "./evidence";
import type { Concentration } from "./findings";
import { groupBy } from "./group-by";
import { countMetadataKeys, timesDiffering } from "./metadata-keys";
import type { Population } from "./population";

/** A value needs so many affected subscriptions to be looked at. */
const LEAST = 5;
/** More values than this are not listed. */
const MOST = 50;
const SIGNIFICANCE = 0.01;
const LEAST_LIFT = 1.5;

/** A value in numbers: what an urn test needs. */
interface Tally {
  readonly dimension: string;
  readonly value: string;
  /** Affected with that value, of so many affected. */
  readonly count: number;
  readonly affected: number;
  /** All with that value, of all there are. */
  readonly having: number;
  readonly all: number;
}

/**
 * Values that are affected more than their share of all subscriptions, by an exact hypergeometric test (Fisher's, one-sided), corrected
 * for the number of values looked at (Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57, 1995). Best first.
 */
export function findConcentrations(affected: readonly Affected[], { population }: Evidence): Concentration[] {
  if (population === null) return [];
  const tallies = [
    ...Object.keys(DIMENSIONS).flatMap((dimension) =>
      tallyDimension(dimension as keyof typeof DIMENSIONS, affected, population),
    ),
    ...tallyCustomers(affected, population),
    ...tallyMetadataKeys(affected, population),
  ].filter(({ count, affected: drawn, having, all }) => count >= LEAST && having >= count && all >= drawn);
  if (tallies.length === 0) return [];
  const corrected = padjust(
    tallies.map(({ count, all, having, affected: drawn }) => atLeast(count, all, having, drawn)),
    "bh",
  );
  return tallies
    .map(({ dimension, value, count, affected: drawn, having, all }, index) => ({
      dimension,
      value,
      count,
      share: count / drawn,
      baseline_share: having / all,
      lift: count / drawn / (having / all),
      p_value: Math.min(1, corrected[index] ?? 1),
    }))
    .filter(({ p_value, lift }) => p_value < SIGNIFICANCE && lift >= LEAST_LIFT)
    .sort((a, b) => a.p_value - b.p_value || b.lift - a.lift || (a.value < b.value ? -1 : 1))
    .slice(0, MOST);
}

/** The values of a dimension that the population tells apart. Hours are those of the subscriptions whose time is known. */
function tallyDimension(
  dimension: keyof typeof DIMENSIONS,
  affected: readonly Affected[],
  population: Population,
): Tally[] {
  const cells = population.get(dimension);
  if (cells === undefined) return [];
  const groups = groupBy(affected, DIMENSIONS[dimension]);
  const isHour = dimension === "hour_of_day";
  const all = isHour
    ? [...cells.values()].reduce((sum, { subscriptions }) => sum + subscriptions, 0)
    : subscriptionsOf(population);
  const drawn = isHour ? affected.filter(({ changedAt }) => changedAt !== null).length : affected.length;
  return [...groups].map(([value, { length }]) => ({
    dimension,
    value,
    count: length,
    affected: drawn,
    having: cells.get(value)?.subscriptions ?? 0,
    all,
  }));
}

/** Customers, by how many subscriptions each discrepancy says its customer has. */
function tallyCustomers(affected: readonly Affected[], population: Population): Tally[] {
  return [...groupBy(affected, DIMENSIONS.customer_id)].map(([value, theirs]) => ({
    dimension: "customer_id",
    value,
    count: theirs.length,
    affected: affected.length,
    having: Math.max(...theirs.map(({ customer }) => Math.max(customer?.stripe ?? 0, customer?.database ?? 0))),
    all: subscriptionsOf(population),
  }));
}

/**
 * Metadata keys: of all keys that differ, against all keys there are. Counting keys and not subscriptions lets a key stand out that
 * every subscription has.
 */
function tallyMetadataKeys(affected: readonly Affected[], population: Population): Tally[] {
  const keys = countMetadataKeys(affected);
  const cells = population.get("metadata_key");
  if (cells === undefined) return [];
  const all = [...cells.values()].reduce((sum, { subscriptions }) => sum + subscriptions, 0);
  const drawn = keys.reduce((sum, key) => sum + timesDiffering(key), 0);
  return keys.map((key) => ({
    dimension: "metadata_key",
    value: key.key,
    count: timesDiffering(key),
    affected: drawn,
    having: cells.get(key.key)?.subscriptions ?? 0,
    all,
  }));
}

function subscriptionsOf(population: Population): number {
  return population.get("all")?.get("")?.subscriptions ?? 0;
}

/** The chance of `count` or more of `drawn` having a value that `having` of `all` have. The tail is the head of those that do not have it. */
export function atLeast(count: number, all: number, having: number, drawn: number): number {
  return Math.min(1, Math.max(0, hypergeometric(drawn - count, all, all - having, drawn)));
}
