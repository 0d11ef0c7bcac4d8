import { KINDS, type Kind } from "../../subscription";
import { openOfKind } from "../open-findings";
import type { RunRecord } from "../run-record";

/** The actionable discrepancies of a run by kind, without those that somebody had accepted at that time. */
export function openByKind(run: RunRecord): Readonly<Record<Kind, number>> {
  return Object.fromEntries(KINDS.map((kind) => [kind, openOfKind(run, kind)])) as Record<Kind, number>;
}

/** How many of a run's actionable discrepancies somebody had accepted. */
export function acceptedCount({ accepted }: RunRecord): number {
  return Object.values(accepted ?? {}).reduce((sum, count) => sum + count, 0);
}
