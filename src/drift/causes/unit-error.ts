import { type CauseRule, counted, LEAST_SUPPORT, mostOfTheCase, percent, weigh } from "../cause-rule";
import { readPeriods } from "./period-clues";

const YEAR_1971 = 31_536_000_000;
const YEAR_2200 = 7_258_118_400_000;

/** Times were written in the wrong unit (seconds taken for milliseconds, or the reverse), or cut. */
export const unitError: CauseRule = {
  code: "unit_error",
  title: "Times are written in the wrong unit",
  confirmBy: "Look where Stripe's Unix seconds become a date: new Date(seconds) without * 1000 gives January 1970.",
  action: "Convert seconds once and in one place, then mend the columns from Stripe.",
  examine({ affected }) {
    const periods = readPeriods(affected);
    const explains = periods
      .filter(({ database, stripe, deltas }) =>
        database.some((time, index) => {
          if (time === null) return false;
          const ratio = time / (stripe[index] as number);
          const delta = Math.abs(deltas[index] ?? 0);
          return (
            time < YEAR_1971 ||
            time > YEAR_2200 ||
            Math.abs(ratio - 1000) < 1 ||
            Math.abs(ratio - 0.001) < 1e-6 ||
            (delta > 0 && delta < 60_000)
          );
        }),
      )
      .map((each) => each.affected);
    if (explains.length < LEAST_SUPPORT) return null;
    return weigh(explains, 0, [
      {
        holds: true,
        weight: 2.5,
        says: `${counted(explains.length, "period")} in the database lie in 1970, far in the future, or less than a minute off.`,
      },
      {
        holds: explains.length >= 0.7 * periods.length,
        weight: 1.5,
        says: `That is ${percent(explains.length, periods.length)} of the periods that differ.`,
        otherwise: "",
      },
      mostOfTheCase(explains, affected, 0.6, 0.8),
    ]);
  },
};
