import {
  type CaseFile,
  type Clue,
  counted,
  LEAST_SUPPORT,
  percent,
  type Suspicion,
  timeText,
  weigh,
} from "../cause-rule";
import { completenessOf, NEARLY_ALL } from "../completeness";
import { type Affected, isHandledWrongly } from "../evidence";

/**
 * The suspicion that one sort of status change is never taken over: nearly all subscriptions with these Stripe statuses are behind, as
 * long as there are data or since a deployment, and their rows were not written by the change, unless the handler `writes` the rest of the row.
 * Null for fewer than five.
 */
export function suspectUnhandled(
  file: CaseFile,
  explains: readonly Affected[],
  statuses: readonly string[],
  what: string,
  writes = false,
): Suspicion | null {
  if (explains.length < LEAST_SUPPORT) return null;
  const { share, of, since } = completenessOf(explains, statuses, file.evidence);
  const others = file.affected.length - explains.length;
  const burst =
    file.onset.shape === "burst" && file.onset.window !== null && file.onset.window.count > file.affected.length / 2;
  const touched = explains.filter(isHandledWrongly).length;
  const clues: Clue[] = [
    {
      holds: explains.length >= 3 * others,
      weight: 2.5,
      against: 0.5,
      says: `Hardly anything else differs (${counted(others, "other subscription")}).`,
      otherwise: `${counted(others, "other subscription")} differ in other ways.`,
    },
    {
      holds: share === null ? null : share >= NEARLY_ALL,
      weight: 2.5,
      against: share !== null && share < 0.4 && explains.length < 3 * others ? 5 : 0.8,
      says: `${percent(explains.length, of ?? explains.length)} of all ${what}${since === null ? "" : ` since ${timeText(since)}`} are behind (${counted(explains.length, "subscription")}).`,
      otherwise: `Only ${percent(explains.length, of ?? explains.length)} of all ${what} are behind; the others were taken over.`,
    },
    {
      holds: burst ? false : null,
      weight: 0,
      against: 2,
      says: "",
      otherwise: "Most of it lies in one stretch of time that ended.",
    },
    {
      holds: touched > explains.length / 2 ? false : null,
      weight: 0,
      against: writes ? 0.3 : share !== null && share < NEARLY_ALL ? 3 : 1,
      says: "",
      otherwise: `${counted(touched, "row")} were written when the status changed.`,
    },
  ];
  return weigh(explains, -1, clues, { from: since, to: null });
}
