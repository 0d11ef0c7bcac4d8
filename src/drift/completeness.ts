import { dateOnset } from "./date-onset";
import type { Affected, Evidence } from "./evidence";
import { countOf } from "./population";

/** How large a part of the subscriptions that could be affected are. */
export interface Completeness {
  /** Affected over all of that sort, 0 to 1; null when the population is not known. */
  readonly share: number | null;
  /** How many there are of that sort. */
  readonly of: number | null;
  /** Since when it holds, milliseconds; null for always. */
  readonly since: number | null;
}

/** A handler that fails fails nearly always; less than this is something else. */
export const NEARLY_ALL = 0.7;

/** Which part of all subscriptions with these Stripe statuses `affected` is; since a deployment, if all of it lies behind one. */
export function completenessOf(
  affected: readonly Affected[],
  statuses: readonly string[],
  evidence: Evidence,
): Completeness {
  const counts = statuses.map((status) => countOf(evidence.population, "stripe_status", status));
  if (counts.some((count) => count === null)) return { share: null, of: null, since: null };
  const all = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const share = all === 0 ? 0 : Math.min(1, affected.length / all);
  if (share >= NEARLY_ALL) return { share, of: all, since: null };
  const onset = dateOnset(affected, evidence);
  if (onset.shape === "step" && onset.rate !== null && onset.rate > share) {
    return { share: onset.rate, of: Math.round(affected.length / onset.rate), since: onset.at };
  }
  return { share, of: all, since: null };
}
