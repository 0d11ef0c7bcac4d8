import { KINDS, type Kind } from "../subscription";
import { FINGERPRINTS_KEPT, type RunRecord } from "./run-record";

/** Whether a run can be compared with others: it came to a verdict other than that the two sides cannot be compared. */
export function isComparable({ outcome, verdict }: RunRecord): boolean {
  return outcome === "finished" && verdict !== "incomparable";
}

/** How many actionable discrepancies of a kind nobody accepted. */
export function openOfKind({ counts, accepted }: RunRecord, kind: Kind): number {
  return Math.max(0, (counts?.[kind].actionable ?? 0) - (accepted?.[kind] ?? 0));
}

/** The same of all kinds. */
export function openCount(record: RunRecord): number {
  return KINDS.reduce((sum, kind) => sum + openOfKind(record, kind), 0);
}

/**
 * How many findings that nobody accepted an earlier run did not have: new ones, and those whose acceptance ended. Of more than
 * {@link FINGERPRINTS_KEPT} it is told from those that both runs kept, so there may be more.
 *
 * @param earlier - null where there is no earlier run: then all are new
 */
export function newFindings(record: RunRecord, earlier: RunRecord | null): number {
  const [open, before] = [record.fingerprints?.open ?? [], earlier?.fingerprints?.open ?? []];
  const known = new Set(before);
  const limit = [open, before]
    .filter((kept) => kept.length >= FINGERPRINTS_KEPT)
    .map((kept) => kept.at(-1) ?? "")
    .sort()[0];
  return open.filter((each) => !known.has(each) && (limit === undefined || each <= limit)).length;
}
