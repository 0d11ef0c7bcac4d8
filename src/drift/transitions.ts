import { meaningOf } from "../reconcile/status-words";
import { ENDED_STATUSES, LIVE_STATUSES } from "../subscription";
import type { Affected } from "./evidence";
import type { Findings } from "./findings";

/** What stands for a side that lacks the subscription. */
export const MISSING = "(missing)";

/** The Stripe status and the database's word of an affected subscription. */
export function transitionOf({ kinds, stripeStatus, databaseStatus }: Affected): { from: string; to: string } {
  return {
    from: kinds.has("missing_in_stripe") ? MISSING : (stripeStatus ?? ""),
    to: kinds.has("missing_in_database") ? MISSING : (databaseStatus ?? ""),
  };
}

/** How often each pair of differing statuses occurs, most frequent first. */
export function countTransitions(affected: readonly Affected[]): Findings["transitions"] {
  const counts = new Map<string, { from: string; to: string; count: number }>();
  for (const one of affected) {
    if (!changesStatus(one)) continue;
    const { from, to } = transitionOf(one);
    const key = JSON.stringify([from, to]);
    const entry = counts.get(key) ?? { from, to, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.from + a.to < b.from + b.to ? -1 : 1));
}

/** Whether the two sides disagree about the status, or one lacks the subscription. */
export function changesStatus({ kinds }: Affected): boolean {
  return kinds.has("status_mismatch") || kinds.has("missing_in_database") || kinds.has("missing_in_stripe");
}

/** The Stripe statuses a database's word stands for. */
export function meaning(word: string | null): readonly string[] {
  return word === null ? [] : meaningOf(word).statuses;
}

/** Whether the database takes the subscription for one that runs. */
export function livesInDatabase({ databaseStatus }: Affected): boolean {
  return meaning(databaseStatus).some((status) => (LIVE_STATUSES as readonly string[]).includes(status));
}

/** Whether the database takes the subscription for one that ended. */
export function endedInDatabase({ databaseStatus }: Affected): boolean {
  return meaning(databaseStatus).some((status) => (ENDED_STATUSES as readonly string[]).includes(status));
}

/** Whether the subscription runs in Stripe. */
export function livesInStripe({ stripeStatus }: Affected): boolean {
  return (LIVE_STATUSES as readonly string[]).includes(stripeStatus ?? "");
}
