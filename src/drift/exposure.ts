import type { Affected } from "./evidence";
import type { Cell, Population } from "./population";

/** Counts of comparable changes in Stripe over time, as a running total. */
export interface Exposure {
  /** Comparable changes before a time in milliseconds, as a share of all of them. */
  before(time: number): number;
  /** Comparable changes in all. */
  readonly total: number;
}

const DAY = 86_400_000;

/**
 * The changes an affected subscription is to be compared with: creations for one that is missing, else the last changes of all that have
 * its status. Comparing like with like keeps the ordinary rhythm of renewals and cancellations from looking like an incident.
 */
export function streamOf(affected: Pick<Affected, "kinds" | "stripeStatus">): string {
  if (affected.kinds.has("missing_in_database") || affected.kinds.has("missing_in_stripe")) return "created";
  return `status ${affected.stripeStatus ?? ""}`;
}

/** The exposure of a stream; null when the population does not tell it. */
export function exposureOf(stream: string, population: Population | null): Exposure | null {
  const cell =
    stream === "created"
      ? population?.get("event")?.get("created")
      : (population?.get("stripe_status")?.get(stream.slice("status ".length)) ?? population?.get("all")?.get(""));
  return cell === undefined || cell.changed.size === 0 ? null : fromCell(cell);
}

function fromCell(cell: Cell): Exposure {
  const days = [...cell.changed].sort(([a], [b]) => a - b);
  const starts = days.map(([day]) => day * DAY);
  const sums = [0];
  for (const [, count] of days) sums.push((sums[sums.length - 1] ?? 0) + count);
  const total = sums[sums.length - 1] ?? 0;
  return {
    total,
    before(time) {
      const index = lastAtOrBefore(starts, time);
      if (index < 0) return 0;
      const within = Math.min(1, (time - (starts[index] as number)) / DAY);
      return ((sums[index] as number) + within * (days[index]?.[1] ?? 0)) / total;
    },
  };
}

function lastAtOrBefore(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** An exposure that is the same at all times between two, for want of a better one. */
export function evenExposure(from: number, to: number): Exposure {
  const length = Math.max(1, to - from);
  return { total: 0, before: (time) => Math.min(1, Math.max(0, (time - from) / length)) };
}
