import { meaningOf } from "../reconcile/status-words";
import { ENDED_STATUSES, LIVE_STATUSES } from "../subscription";
import type { Affected } from "./evidence";
import type { Findings } from "./findings";
import { groupBy } from "./group-by";

/** What stands for a side that lacks the subscription. */
export const MISSING = "(missing)";

/** The Stripe status and the database's word of an affected subscription. */
export function transitionOf({ kinds, stripeStatus, databaseStatus }: Affected): { from: string; to: string } {
  return {
    from: kinds.has("missing_in_stripe") ? MISSING : (stripeStatus ?? ""),
    to: kinds.has("missing_in_database") ? MISSING : (databaseStatus ?? ""),
  };
}

/** One text for each pair of differing statuses; null for a subscription whose status does not differ. */
export function transitionKey(affected: Affected): string | null {
  if (!changesStatus(affected)) return null;
  const { from, to } = transitionOf(affected);
  return `${from}\n${to}`;
}

/** How often each pair of differing statuses occurs, most frequent first. */
export function countTransitions(affected: readonly Affected[]): Findings["transitions"] {
  return [...groupBy(affected, transitionKey).values()]
    .map((own) => ({ ...transitionOf(own[0] as Affected), count: own.length }))
    .sort((a, b) => b.count - a.count || (a.from + a.to < b.from + b.to ? -1 : 1));
}

/** Whether the two sides disagree about the status, or one lacks the subscription. */
export function changesStatus({ kinds }: Affected): boolean {
  return kinds.has("status_mismatch") || kinds.has("missing_in_database") || kinds.has("missing_in_stripe");
}

/** The Stripe statuses a database's word stands for. */
export function meaning(word: string | null): readonly string[] {
  if (word === null) return [];
  const statuses = MEANINGS.get(word) ?? meaningOf(word).statuses;
  MEANINGS.set(word, statuses);
  return statuses;
}

/** A database has few words for its statuses, and every cause asks for what they mean. */
const MEANINGS = new Map<string, readonly string[]>();

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
