import { STATUSES } from "../subscription";

/**
 * What people's databases write for a Stripe status, in the form of `normalizeStatus`. A word that may mean several statuses
 * agrees with each of them.
 */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  cancelled: ["canceled"],
  cancelling: ["active", "trialing", "past_due"],
  canceling: ["active", "trialing", "past_due"],
  trial: ["trialing"],
  in_trial: ["trialing"],
  on_trial: ["trialing"],
  overdue: ["past_due"],
  pastdue: ["past_due"],
  pending: ["incomplete"],
  expired: ["incomplete_expired", "canceled"],
  ended: ["canceled", "incomplete_expired"],
  inactive: ["canceled", "incomplete_expired", "unpaid", "paused"],
  suspended: ["paused", "unpaid"],
  on_hold: ["paused", "unpaid", "past_due"],
};

/** Our own word for a row set aside as an orphan. Stripe knows no such status. */
export const ARCHIVED = "archived";

/** A status as one word: lower case, joined by `_`. `Past-Due` becomes `past_due`, `pastDue` too. */
export function normalizeStatus(status: string): string {
  return status
    .trim()
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_");
}

/** What a database's word stands for. */
export interface StatusMeaning {
  /** The Stripe statuses the word agrees with; empty when the word is not known. */
  readonly statuses: readonly string[];
  /** The word is not Stripe's own spelling. */
  readonly foreign: boolean;
}

/** The Stripe statuses a word of the database stands for. `configured` is the vocabulary of `recon.json`. */
export function meaningOf(
  word: string,
  configured: Readonly<Record<string, string | readonly string[]>> = {},
): StatusMeaning {
  const own = Object.hasOwn(configured, word) ? configured[word] : undefined;
  if (own !== undefined) {
    // A status Stripe adds later may be configured before this version knows it.
    const meant = [own].flat().flatMap((status) => {
      const { statuses } = meaningOf(status);
      return statuses.length > 0 ? statuses : [status];
    });
    return { statuses: [...new Set(meant)], foreign: true };
  }
  const normal = normalizeStatus(word);
  const isKnown = (STATUSES as readonly string[]).includes(normal) || normal === ARCHIVED;
  const statuses = isKnown ? [normal] : Object.hasOwn(SYNONYMS, normal) ? (SYNONYMS[normal] ?? []) : [];
  return { statuses, foreign: word !== normal || !statuses.includes(word) };
}
