import { type Affected, type Evidence, isTouched } from "./evidence";
import { exposureOf } from "./exposure";
import type { Onset } from "./findings";
import { isoTime } from "./iso-time";
import { scanWindow, type Window } from "./scan-window";

/** Onset in milliseconds, and the affected subscriptions in its window. */
export interface DatedOnset {
  readonly shape: Onset["shape"];
  readonly at: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly ends: number | null;
  readonly window: Window | null;
  /** Share of the comparable changes in the window that are affected, 0 to 1; null when the population is not known. */
  readonly rate: number | null;
}

/** A window with a larger chance of being none is none. */
const SIGNIFICANCE = 0.001;
/** Fewer affected subscriptions than this show no shape. */
const FEW = 10;
/** It has ended when so many more would have been affected since, had it gone on. */
const MISSED_SINCE = 5;

const NONE: DatedOnset = { shape: "none", at: null, low: null, high: null, ends: null, window: null, rate: null };

/**
 * When it began, and whether it ended: a burst, a step that goes on, flat over all time, or too sparse to tell.
 *
 * The window comes from {@link scanWindow}. Its start is then narrowed by interval-censored evidence: a stale row was still right when it
 * was last written, and wrong from the first change it missed, so the cause began between the last good write and the first missed change.
 */
export function dateOnset(affected: readonly Affected[], evidence: Evidence): DatedOnset {
  const known = DATED.get(affected);
  if (known !== undefined) return known;
  const onset = findOnset(affected, evidence);
  DATED.set(affected, onset);
  return onset;
}

/** The same subscriptions are dated for several causes. */
const DATED = new WeakMap<readonly Affected[], DatedOnset>();

function findOnset(affected: readonly Affected[], evidence: Evidence): DatedOnset {
  if (affected.length === 0) return NONE;
  const { population, takenAt } = evidence;
  const window = scanWindow(affected, population, takenAt);
  if (window === null || window.pValue > SIGNIFICANCE) {
    if (affected.every(({ changedAt }) => changedAt === null)) return NONE;
    return { ...NONE, shape: affected.length < FEW ? "sparse" : "flat" };
  }
  const inside = affected.filter(
    ({ changedAt }) => changedAt !== null && changedAt >= window.from && changedAt <= window.to,
  );
  const changes = changesWithin(inside, evidence);
  const rate = changes(window.from, window.to);
  const since = changes(window.to, takenAt);
  const goesOn =
    since === null
      ? takenAt - window.to < (window.to - window.from) / 10
      : since * Math.min(1, window.count / Math.max(1, rate ?? 1)) < MISSED_SINCE;
  const low = lastGoodWrite(inside, window);
  return {
    shape: goesOn ? "step" : "burst",
    at: window.from,
    low,
    high: window.from,
    ends: goesOn ? null : window.to,
    window,
    rate: rate === null ? null : Math.min(1, window.count / Math.max(window.count, rate)),
  };
}

/** How many comparable changes there were between two times, for the kinds of change in the window. */
function changesWithin(
  inside: readonly Affected[],
  { population }: Evidence,
): (from: number, to: number) => number | null {
  const streams = [...new Set(inside.map(({ stream }) => stream))];
  return (from, to) => {
    let sum = 0;
    for (const stream of streams) {
      const exposure = exposureOf(stream, population);
      if (exposure === null) return null;
      sum += exposure.total * Math.max(0, exposure.before(to) - exposure.before(from));
    }
    return sum;
  };
}

/** Nearly all stale rows of a window were last written before it began: one in this many may be noise. */
const NOISE = 20;

function lastGoodWrite(inside: readonly Affected[], window: Window): number | null {
  const writes = inside
    .filter((one) => !isTouched(one) && one.updatedAt !== null && one.updatedAt < window.from)
    .map(({ updatedAt }) => updatedAt as number)
    .sort((a, b) => a - b);
  return writes.length === 0
    ? null
    : (writes[Math.max(0, writes.length - 1 - Math.floor(writes.length / NOISE / 5))] ?? null);
}

/** An onset as `findings.json` has it. */
export function onsetOf({ shape, at, low, high, ends }: DatedOnset): Onset {
  const iso = (time: number | null): string | null => (time === null ? null : isoTime(time));
  return { shape, at: iso(at), low: iso(low), high: iso(high), ends: iso(ends) };
}
