import { KINDS, type Kind } from "../../subscription";
import { isComparable } from "../open-findings";
import type { RunRecord } from "../run-record";
import { acceptedCount, openByKind } from "./open-counts";

/** What was open after a run, or at the worst moment of a day. */
export interface SeriesPoint {
  /** ISO 8601 in UTC: when the run started, or the day. */
  readonly at: string;
  readonly open: Readonly<Record<Kind, number>>;
  readonly total: number;
  readonly accepted: number;
}

/** Open discrepancies over time, and the times that no run tells of. */
export interface MismatchSeries {
  readonly unit: "run" | "day";
  readonly points: readonly SeriesPoint[];
  /** When a run failed, was missed or could not compare its exports. */
  readonly gaps: readonly string[];
}

/** More points than this are no longer told apart on a chart. */
const MOST_POINTS = 400;

/**
 * The open discrepancies by kind after each run; of more than 400 runs, at the worst moment of each day.
 *
 * Of several scopes each counts with what its last run found, so that their sum is what was known at that time.
 *
 * @param runs - in the order in which they started, of scopes that do not overlap
 */
export function mismatchSeries(runs: readonly RunRecord[]): MismatchSeries {
  const known = new Map<string, RunRecord>();
  const points = runs.filter(isComparable).map((run): SeriesPoint => {
    known.set(run.scope, run);
    return pointOf(run.started_at, [...known.values()]);
  });
  const gaps = runs.filter((run) => !isComparable(run)).map(({ started_at }) => started_at);
  return points.length <= MOST_POINTS
    ? { unit: "run", points, gaps }
    : { unit: "day", points: worstOfDays(points), gaps };
}

function pointOf(at: string, known: readonly RunRecord[]): SeriesPoint {
  const byScope = known.map(openByKind);
  const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
  const open = Object.fromEntries(KINDS.map((kind) => [kind, sum(byScope.map((counts) => counts[kind]))]));
  return {
    at,
    open: open as Record<Kind, number>,
    total: sum(Object.values(open)),
    accepted: sum(known.map(acceptedCount)),
  };
}

function worstOfDays(points: readonly SeriesPoint[]): SeriesPoint[] {
  const days = new Map<string, SeriesPoint>();
  for (const point of points) {
    const day = `${point.at.slice(0, 10)}T00:00:00Z`;
    const worst = days.get(day);
    if (worst === undefined || point.total >= worst.total) days.set(day, { ...point, at: day });
  }
  return [...days.values()];
}
