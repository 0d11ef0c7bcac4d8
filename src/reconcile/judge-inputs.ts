import type { Source } from "../sources/source";
import type { Kind } from "../subscription";
import type { Survey } from "./survey";

/** A claim that these exports cannot bear. */
export interface Withheld {
  readonly kind: Kind;
  readonly reason: string;
  /** The two exports do not belong together at all. */
  readonly incomparable: boolean;
}

/** Below this many rows on a side, a small overlap is no sign of anything. */
const MANY = 100;
/** A Stripe export this large without one ended subscription was filtered. */
const MANY_WITHOUT_ENDED = 200;

/**
 * Which "missing" claims must not be made, and why: an export that was cut off, lacks the canceled rows, mixes modes, or shares
 * no ids with the other. A wrong "missing in Stripe" can end a paying customer's service.
 */
export function judgeInputs(stripe: Source, database: Source, survey: Survey): Withheld[] {
  const both = (reason: string): Withheld[] => [
    { kind: "missing_in_database", reason, incomparable: true },
    { kind: "missing_in_stripe", reason, incomparable: true },
  ];
  const one = (kind: Kind, reason: string): Withheld[] => [{ kind, reason, incomparable: false }];

  if (survey.stripe_live > 0 && survey.stripe_test > 0) {
    return both(
      `the Stripe export mixes ${survey.stripe_live} live and ${survey.stripe_test} test subscriptions; export one mode`,
    );
  }
  const smaller = Math.min(survey.stripe_rows, survey.database_rows);
  if (survey.matched === 0 && smaller > 0) {
    return both(`the two exports share no subscription id${modeHint(survey)}`);
  }
  if (smaller >= MANY && survey.matched * 100 < smaller) {
    return both(`the two exports share only ${survey.matched} of ${smaller} subscription ids${modeHint(survey)}`);
  }
  const withheld: Withheld[] = [];
  if (database.truncated !== null)
    withheld.push(...one("missing_in_database", `the database export is cut off: ${database.truncated}`));
  if (stripe.truncated !== null)
    withheld.push(...one("missing_in_stripe", `the Stripe export is cut off: ${stripe.truncated}`));
  else if (stripe.sidecar?.complete !== true) {
    const reason = looksFiltered(survey) ?? looksCutOff(survey);
    if (reason !== null) withheld.push(...one("missing_in_stripe", reason));
  }
  return withheld;
}

function looksFiltered(survey: Survey): string | null {
  if (survey.stripe_canceled > 0 || survey.orphans === 0) return null;
  if (survey.orphans_ended === 0 && survey.stripe_rows < MANY_WITHOUT_ENDED) return null;
  return "the Stripe export holds no canceled subscription, as a list without --status all does not; what ended in Stripe would look missing";
}

function looksCutOff(survey: Survey): string | null {
  if (survey.stripe_rows % 100 !== 0 || survey.orphans_older < 10 || survey.orphans_older * 10 < survey.orphans * 9)
    return null;
  return `the Stripe export holds exactly ${survey.stripe_rows} rows and ${survey.orphans_older} of the ${survey.orphans} others are older than its oldest, as when only the first pages were exported`;
}

function modeHint(survey: Survey): string {
  if (survey.stripe_test > 0 && survey.database_live > 0)
    return ": the Stripe export is of test mode, the database of live mode (add --live)";
  return "; check the mode (--live) and the account of the Stripe export";
}

/** So many missing rows, and such a share of the database, are sooner a filter on the export than orphans. */
const MANY_ORPHANS = 30;
const PARTIAL_SHARE = 0.2;

/** Whether the Stripe export may hold only a part, such as one price or customer: nothing records that it is whole. */
export function mayBePartial(stripe: Source, survey: Survey): boolean {
  if (stripe.sidecar?.complete === true) return false;
  return survey.orphans >= MANY_ORPHANS && survey.orphans > survey.database_rows * PARTIAL_SHARE;
}
