import { DIMENSIONS, type Dimension } from "./dimensions";
import type { Affected, Evidence } from "./evidence";
import type { Bucket, Findings, Series } from "./findings";
import { groupBy } from "./group-by";
import { isoTime } from "./iso-time";
import type { Cell } from "./population";
import { MISSING, transitionKey, transitionOf } from "./transitions";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 1 January 1970 was a Thursday; weeks begin on Monday. */
const MONDAY = 4 * DAY;
const LENGTHS = { hour: HOUR, day: DAY, week: 7 * DAY } as const;

/** Longest spans that are still shown by the hour, and by the day. */
const BY_HOUR = 4 * DAY;
const BY_DAY = 100 * DAY;

/** More transitions, and more values of a dimension, have no line of their own. */
const MOST_TRANSITIONS = 10;
const MOST_VALUES = 5;
/** A value needs so many affected subscriptions for a line. */
const LEAST = 5;

/** The dimensions told over time: those that do not say a time themselves. */
const OVER_TIME = [
  "tenant_id",
  "customer_id",
  "price_id",
  "stripe_status",
  "currency",
  "livemode",
  "account_fragment",
] as const satisfies readonly Dimension[];

type Unit = Findings["frequency"]["bucket"];

/** An affected subscription whose time is known. */
type Dated = Affected & { readonly changedAt: number };

/**
 * Affected subscriptions over time, with the rate among all that changed then: in all, by transition and by value. Hours, days or weeks,
 * as the span of the middle 90 % asks. Buckets without any are left out. By the hour no rate is known, since the population is told by day.
 */
export function countBuckets({ affected, population }: Evidence): Findings["frequency"] {
  const dated = affected.filter((one): one is Dated => one.changedAt !== null);
  if (dated.length === 0) return { bucket: "day", series: [], by_transition: [], by_dimension: [] };
  const unit = unitOf(dated);
  const transitions = groupBy(dated, transitionKey);
  return {
    bucket: unit,
    series: countAll(dated, unit, population?.get("all")?.get("")),
    by_transition: longest(transitions, MOST_TRANSITIONS).map(([, own]) => {
      const transition = transitionOf(own[0] as Dated);
      const cell = transition.from === MISSING ? undefined : population?.get("stripe_status")?.get(transition.from);
      return { ...transition, count: own.length, series: countLine(own, unit, cell) };
    }),
    by_dimension: OVER_TIME.flatMap((dimension) => {
      const groups = groupBy(dated, DIMENSIONS[dimension]);
      // A single value says no more than all.
      const values = groups.size === 1 ? [] : longest(groups, MOST_VALUES);
      return values
        .filter(([, own]) => own.length >= LEAST)
        .map(([value, own]) => {
          const cell = population?.get(dimension)?.get(value);
          return { dimension, value, count: own.length, series: countLine(own, unit, cell) };
        });
    }),
  };
}

function unitOf(dated: readonly Dated[]): Unit {
  const times = dated.map(({ changedAt }) => changedAt).sort((a, b) => a - b);
  const edge = Math.floor(times.length / 20);
  const span = (times[times.length - 1 - edge] as number) - (times[edge] as number);
  return span <= BY_HOUR ? "hour" : span <= BY_DAY ? "day" : "week";
}

/** The largest groups, in an order that the same evidence gives again. */
function longest(groups: ReadonlyMap<string, Dated[]>, most: number): [key: string, own: readonly Dated[]][] {
  return [...groups].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1)).slice(0, most);
}

function countAll(dated: readonly Dated[], unit: Unit, cell: Cell | undefined): Bucket[] {
  return inBuckets(dated, unit).map(([start, own]) => {
    const kinds = groupBy(
      own.flatMap(({ kinds: ofOne }) => [...ofOne]),
      (kind) => kind,
    );
    const by_kind = Object.fromEntries([...kinds].map(([kind, { length }]) => [kind, length] as const).sort());
    return { start: isoTime(start), by_kind, ...rateOf(own.length, start, unit, cell) };
  });
}

function countLine(dated: readonly Dated[], unit: Unit, cell: Cell | undefined): Series[number][] {
  return inBuckets(dated, unit).map(([start, own]) => ({
    start: isoTime(start),
    ...rateOf(own.length, start, unit, cell),
  }));
}

/** The subscriptions by the start of their bucket, earliest first. */
function inBuckets(dated: readonly Dated[], unit: Unit): [start: number, own: Dated[]][] {
  const length = LENGTHS[unit];
  const shift = unit === "week" ? MONDAY : 0;
  const groups = groupBy(dated, ({ changedAt }) => Math.floor((changedAt - shift) / length) * length + shift);
  return [...groups].sort(([a], [b]) => a - b);
}

function rateOf(
  affected: number,
  start: number,
  unit: Unit,
  cell: Cell | undefined,
): Pick<Bucket, "affected" | "changed" | "rate"> {
  if (cell === undefined || unit === "hour") return { affected, changed: null, rate: null };
  const changed = Math.max(affected, within(cell.changed, start, LENGTHS[unit]));
  return { affected, changed, rate: affected / changed };
}

function within(changed: ReadonlyMap<number, number>, start: number, length: number): number {
  let sum = 0;
  for (let day = start / DAY; day < (start + length) / DAY; day++) sum += changed.get(Math.floor(day)) ?? 0;
  return sum;
}
