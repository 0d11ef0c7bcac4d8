import type { Affected } from "./evidence";
import { evenExposure, exposureOf } from "./exposure";
import type { Population } from "./population";

/** A stretch of time in which far more subscriptions are affected than their changes account for. */
export interface Window {
  /** First and last change missed in it, milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Affected subscriptions in it. */
  readonly count: number;
  /** How many it would hold if they were spread over time like all comparable changes. */
  readonly expected: number;
  /** An upper bound of the chance of such a window anywhere without a cause. */
  readonly pValue: number;
}

/** More points in time than this are drawn together, so that the number of windows stays in the hundred thousands. */
const MOST_POINTS = 600;
/** Fewer affected subscriptions than this are no window. */
const LEAST = 5;

/**
 * Finds the window in which affected subscriptions stand out most from the changes they are compared with.
 *
 * Kulldorff's scan statistic (M. Kulldorff, "A spatial scan statistic", Communications in Statistics: Theory and Methods 26(6), 1997) in one
 * dimension: for each window the likelihood ratio of one rate inside and another outside, against one rate throughout, conditional on how
 * many are affected. Expected counts are stratified by the kind of change. In place of simulation the chance is bounded: the tail of a binomial
 * is at most exp(-likelihood ratio) (H. Chernoff, Annals of Mathematical Statistics 23, 1952), times the number of windows.
 */
export function scanWindow(
  affected: readonly Affected[],
  population: Population | null,
  takenAt: number,
): Window | null {
  const dated = affected.filter(({ changedAt }) => changedAt !== null);
  const times = dated.map(({ changedAt }) => changedAt as number).sort((a, b) => a - b);
  const all = times.length;
  if (all < LEAST) return null;
  const expectedBefore = expectation(dated, population, times[0] as number, takenAt);
  const step = Math.max(1, Math.ceil(all / MOST_POINTS));
  const firsts = Array.from({ length: Math.ceil(all / step) }, (_, index) => index * step);
  const lasts = firsts.map((index) => Math.min(all, index + step) - 1);
  const before = firsts.map((index) => expectedBefore(times[index] as number));
  const through = lasts.map((index) => expectedBefore(times[index] as number));
  const windows = (firsts.length * (firsts.length + 1)) / 2;
  let best: Window | null = null;
  let bestRatio = 0;
  for (let i = 0; i < firsts.length; i++) {
    for (let j = i; j < firsts.length; j++) {
      const start = firsts[i] as number;
      const end = lasts[j] as number;
      const count = end - start + 1;
      if (count < LEAST || count === all) continue;
      // The window reaches from its first to its last change, which lie in it by construction: half a change at each end is allowed for.
      const expected = Math.min(all - 0.5, Math.max((through[j] as number) - (before[i] as number), 1e-9) + 0.5);
      if (count <= expected) continue;
      const ratio = likelihoodRatio(count, expected, all);
      if (ratio <= bestRatio) continue;
      bestRatio = ratio;
      best = {
        from: times[start] as number,
        to: times[end] as number,
        count,
        expected,
        pValue: Math.min(1, windows * Math.exp(-ratio)),
      };
    }
  }
  return best === null ? null : widen(best, times, expectedBefore);
}

const DAY = 86_400_000;
/** What lies farther away than this and the length of the window is background. */
const FAR = 3 * DAY;
/** How much of the background on either side is looked at. */
const AROUND = 60 * DAY;
/** A neighbor that chance would put so near with this probability or more is not taken in. */
const BY_CHANCE = 0.05;

/**
 * Takes in the neighbors of a window that are hardly there by chance. The likelihood ratio alone cuts off the quiet edges of a window, such as
 * the first night of an outage.
 */
function widen(window: Window, times: readonly number[], expectedBefore: (time: number) => number): Window {
  let first = times.indexOf(window.from);
  let last = times.lastIndexOf(window.to);
  const isInside = (gap: number): boolean => {
    const span = (times[last] as number) - (times[first] as number);
    if (gap > Math.max(DAY, span)) return false;
    const margin = Math.max(FAR, span);
    const [near, far] = [(times[first] as number) - margin, (times[last] as number) + margin];
    const around =
      countBefore(times, near) -
      countBefore(times, near - AROUND) +
      countBefore(times, far + AROUND) -
      countBefore(times, far + 1);
    return 1 - Math.exp((-around * gap) / (2 * AROUND)) < BY_CHANCE;
  };
  for (let grows = true; grows; ) {
    grows = false;
    const [start, end] = [times[first] as number, times[last] as number];
    const [before, after] = [times[first - 1], times[last + 1]];
    if (before !== undefined && isInside(start - before)) {
      first--;
      grows = true;
    }
    if (after !== undefined && isInside(after - end)) {
      last++;
      grows = true;
    }
  }
  const [from, to] = [times[first] as number, times[last] as number];
  return { ...window, from, to, count: last - first + 1, expected: expectedBefore(to) - expectedBefore(from) + 0.5 };
}

function likelihoodRatio(count: number, expected: number, all: number): number {
  const [outside, expectedOutside] = [all - count, all - expected];
  return count * Math.log(count / expected) + (outside === 0 ? 0 : outside * Math.log(outside / expectedOutside));
}

/** How many of the affected would have been affected before a time, if each kind were affected at an even rate of its changes. */
function expectation(
  affected: readonly Affected[],
  population: Population | null,
  first: number,
  takenAt: number,
): (time: number) => number {
  const streams = new Map<string, number>();
  for (const { stream } of affected) streams.set(stream, (streams.get(stream) ?? 0) + 1);
  const parts = [...streams].map(([stream, count]) => ({
    count,
    exposure: exposureOf(stream, population) ?? evenExposure(first, takenAt),
  }));
  return (time) => parts.reduce((sum, { count, exposure }) => sum + count * exposure.before(time), 0);
}

/** How many of sorted times lie before a time. */
function countBefore(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
