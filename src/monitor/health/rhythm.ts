import { isComparable } from "../open-findings";
import type { RunRecord } from "../run-record";

/** How often runs come, and whether they still do. */
export interface Rhythm {
  /** The usual time between two scheduled runs in milliseconds; null where there are too few to tell. */
  readonly period: number | null;
  /** Time since the end of the last run that came to a verdict, in milliseconds; null where there is none. */
  readonly sinceSuccess: number | null;
  /** `on_time` · `failing` runs come and fail or are missed · `silent` none comes any more. */
  readonly state: "on_time" | "failing" | "silent";
}

/** The newest runs tell the schedule: it may have been another one before. */
const LOOKED_AT = 30;
/** A reconciliation older than this tells little of today, whatever the schedule. */
const STALE = 25 * 3_600_000;

/**
 * Whether a run came to a verdict within two periods, as the runbook's alert asks. The period is the median time between two
 * scheduled runs; where there are fewer than four, a day and an hour is long enough.
 *
 * @param runs - of one scope, in the order in which they started
 */
export function rhythmOf(runs: readonly RunRecord[], now: Date): Rhythm {
  const scheduled = runs.filter(({ trigger }) => trigger !== "by_hand").slice(-LOOKED_AT);
  const gaps = scheduled
    .slice(1)
    .map((run, index) => Date.parse(run.started_at) - Date.parse(scheduled[index]?.started_at ?? run.started_at))
    .sort((a, b) => a - b);
  const period = gaps.length < 3 ? null : (gaps[Math.floor(gaps.length / 2)] ?? null);
  const [last, success] = [runs.at(-1), runs.filter(isComparable).at(-1)];
  const since = (run: RunRecord | undefined): number | null =>
    run === undefined ? null : Math.max(0, now.getTime() - Date.parse(run.finished_at));
  const allowed = period === null ? STALE : 2 * period;
  const isWithin = (time: number | null): boolean => time !== null && time <= allowed;
  const sinceSuccess = since(success);
  const state = isWithin(sinceSuccess) ? "on_time" : isWithin(since(last)) ? "failing" : "silent";
  return { period, sinceSuccess, state };
}
