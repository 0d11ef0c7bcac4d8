import { isComparable, newFindings, openCount } from "./open-findings";
import type { RunRecord } from "./run-record";

/**
 * Why somebody is told of a run: `new_findings` that nobody accepted, or whose acceptance ended · `grown`: there are more of them ·
 * `escalate`: more than 1,000 subscriptions are affected now · `resolved`: there were some, and none is left · `incomparable`,
 * `failed`, `missed`: no result · `runs_again`: a result after none.
 */
export const REASONS_TO_TELL = [
  "new_findings",
  "grown",
  "escalate",
  "resolved",
  "incomparable",
  "failed",
  "missed",
  "runs_again",
] as const;

/** One of {@link REASONS_TO_TELL}. */
export type ReasonToTell = (typeof REASONS_TO_TELL)[number];

/** What there is to tell of a run; nothing where there is no reason. */
export interface Alert {
  readonly reasons: readonly ReasonToTell[];
  /** Findings that the last run that was told of did not have. */
  readonly newFindings: number;
}

/**
 * Whether a run tells something that the runs before it did not: the same findings, or the same failure, are told once.
 *
 * @param before - earlier runs of its scope and source, in their order, without those that a hook could not be told of
 */
export function judgeAlert(record: RunRecord, before: readonly RunRecord[]): Alert {
  if (!isComparable(record)) {
    const streak = before.slice(before.map(isComparable).lastIndexOf(true) + 1);
    const reason = resultlessReason(record);
    return { reasons: streak.some((each) => resultlessReason(each) === reason) ? [] : [reason], newFindings: 0 };
  }
  const base = before.filter(isComparable).at(-1) ?? null;
  const found = newFindings(record, base);
  const [open, openBefore] = [openCount(record), base === null ? 0 : openCount(base)];
  const last = before.at(-1);
  const holds: readonly (readonly [ReasonToTell, boolean])[] = [
    ["new_findings", found > 0],
    ["grown", open > openBefore],
    ["escalate", record.impact === "staged" && base?.impact !== "staged"],
    ["resolved", open === 0 && openBefore > 0],
    ["runs_again", last !== undefined && !isComparable(last)],
  ];
  return { reasons: holds.filter(([, is]) => is).map(([reason]) => reason), newFindings: found };
}

function resultlessReason({ outcome }: RunRecord): "incomparable" | "failed" | "missed" {
  return outcome === "finished" ? "incomparable" : outcome;
}
