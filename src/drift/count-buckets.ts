import type { Evidence } from "./evidence";
import type { Bucket, Findings } from "./findings";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** 1 January 1970 was a Thursday; weeks begin on Monday. */
const MONDAY = 4 * DAY;

/** Longest spans that are still shown by the hour, and by the day. */
const BY_HOUR = 4 * DAY;
const BY_DAY = 100 * DAY;

/**
 * Affected subscriptions over time, with the rate among all that changed then. Hours, days or weeks, as the span of the middle 90 % asks.
 * Buckets without any are left out.
 */
export function countBuckets({ affected, population }: Evidence): Findings["frequency"] {
  const dated = affected.filter(({ changedAt }) => changedAt !== null);
  if (dated.length === 0) return { bucket: "day", series: [] };
  const times = dated.map(({ changedAt }) => changedAt as number).sort((a, b) => a - b);
  const edge = Math.floor(times.length / 20);
  const span = (times[times.length - 1 - edge] as number) - (times[edge] as number);
  const bucket = span <= BY_HOUR ? "hour" : span <= BY_DAY ? "day" : "week";
  const length = { hour: HOUR, day: DAY, week: 7 * DAY }[bucket];
  const shift = bucket === "week" ? MONDAY : 0;
  const startOf = (time: number): number => Math.floor((time - shift) / length) * length + shift;
  const buckets = new Map<number, { affected: number; kinds: Map<string, number> }>();
  for (const one of dated) {
    const start = startOf(one.changedAt as number);
    const entry = buckets.get(start) ?? { affected: 0, kinds: new Map<string, number>() };
    buckets.set(start, entry);
    entry.affected++;
    for (const kind of one.kinds) entry.kinds.set(kind, (entry.kinds.get(kind) ?? 0) + 1);
  }
  const all = population?.get("all")?.get("");
  const series = [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([start, entry]): Bucket => {
      const changed = all === undefined || bucket === "hour" ? null : within(all.changed, start, length);
      return {
        start: `${new Date(start).toISOString().slice(0, 19)}Z`,
        by_kind: Object.fromEntries([...entry.kinds].sort()) as Bucket["by_kind"],
        affected: entry.affected,
        changed: changed === null ? null : Math.max(changed, entry.affected),
        rate: changed === null ? null : entry.affected / Math.max(changed, entry.affected),
      };
    });
  return { bucket, series };
}

function within(changed: ReadonlyMap<number, number>, start: number, length: number): number {
  let sum = 0;
  for (let day = start / DAY; day < (start + length) / DAY; day++) sum += changed.get(Math.floor(day)) ?? 0;
  return sum;
}
