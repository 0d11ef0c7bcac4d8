import { KINDS, type Kind } from "../../subscription";
import type { RunRecord } from "../run-record";

/** Whether a run can be compared with others: it finished, and its exports could be compared. */
export function isComparable(run: RunRecord): boolean {
  return run.outcome === "finished" && run.verdict !== "incomparable" && run.counts !== null;
}

/** The actionable discrepancies of a run by kind, without those that somebody had accepted at that time. */
export function openByKind({ counts, accepted }: RunRecord): Readonly<Record<Kind, number>> {
  const open = (kind: Kind): number => Math.max(0, (counts?.[kind].actionable ?? 0) - (accepted?.[kind] ?? 0));
  return Object.fromEntries(KINDS.map((kind) => [kind, open(kind)])) as Record<Kind, number>;
}

/** How many actionable discrepancies of a run nobody had accepted. */
export function openCount(run: RunRecord): number {
  return Object.values(openByKind(run)).reduce((sum, count) => sum + count, 0);
}

/** How many of a run's actionable discrepancies somebody had accepted. */
export function acceptedCount({ accepted }: RunRecord): number {
  return Object.values(accepted ?? {}).reduce((sum, count) => sum + count, 0);
}
