import { type Affected, rowOf } from "../evidence";
import { remember } from "../remember";

const PERIODS = ["current_period_start", "current_period_end"] as const;

/** How the period of an affected subscription differs: Stripe's time minus the database's, milliseconds; null where the database has none. */
export interface PeriodClue {
  readonly affected: Affected;
  readonly deltas: readonly (number | null)[];
  readonly stripe: readonly number[];
  readonly database: readonly (number | null)[];
}

/** The subscriptions whose period differs. */
export const readPeriods = remember(findPeriods);

function findPeriods(affected: readonly Affected[]): readonly PeriodClue[] {
  return affected.flatMap((one) => {
    const fields = rowOf(one, "field_mismatch")?.details.fields;
    if (fields === undefined) return [];
    const differing = PERIODS.flatMap((field) => {
      const difference = fields[field];
      if (difference?.stripe == null) return [];
      const theirs = difference.database === null ? null : parseTime(difference.database);
      return [{ ours: Date.parse(difference.stripe), theirs: theirs === null || Number.isNaN(theirs) ? null : theirs }];
    });
    if (differing.length === 0) return [];
    return [
      {
        affected: one,
        deltas: differing.map(({ ours, theirs }) => (theirs === null ? null : ours - theirs)),
        stripe: differing.map(({ ours }) => ours),
        database: differing.map(({ theirs }) => theirs),
      },
    ];
  });
}

/** Milliseconds of an ISO time, of years beyond 9999 too, which JavaScript wants with a sign and six digits. */
function parseTime(text: string): number {
  return Date.parse(text.replace(/^(\d{5,6})-/, (_, year: string) => `+${year.padStart(6, "0")}-`));
}
