import { type CauseRule, counted, LEAST_SUPPORT, mostOfTheCase, percent, weigh } from "../cause-rule";
import { groupBy } from "../group-by";
import { type PeriodClue, readPeriods } from "./period-clues";

const MINUTE = 60_000;
/** Zones lie at most so far from UTC. */
const FARTHEST = 14 * 60 * MINUTE;

/** Times were written in local time: they are off by a constant number of hours, or by two an hour apart where the clock changes. */
export const timezoneShift: CauseRule = {
  code: "timezone_shift",
  title: "Times are shifted by a time zone",
  confirmBy:
    "Look at the type of the column (timestamp without time zone) and the time zone of the process and of the session that write it.",
  action: "Write times in UTC (timestamptz), then mend the shifted columns by the constant.",
  examine({ affected }) {
    const periods = readPeriods(affected);
    const shifts = groupBy(periods, shiftOf);
    const ranked = [...shifts].sort(([, a], [, b]) => b.length - a.length);
    const [main] = ranked;
    if (main === undefined) return null;
    const twin = ranked.find(([shift]) => Math.abs(shift - main[0]) === 60 * MINUTE);
    const explains = [...main[1], ...(twin?.[1] ?? [])].map((period) => period.affected);
    if (explains.length < LEAST_SUPPORT) return null;
    const hours = [main[0], ...(twin === undefined ? [] : [twin[0]])].map(
      (shift) => `${shift > 0 ? "-" : "+"}${Math.abs(shift) / 3_600_000} h`,
    );
    return weigh(explains, 0, [
      {
        holds: true,
        weight: 2.5,
        says: `${counted(explains.length, "period")} in the database are off by ${hours.join(" or ")}, to the second.`,
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

/** By how much all times of a period are off, milliseconds, when it may be a time zone. */
function shiftOf({ deltas }: PeriodClue): number | null {
  const [first] = deltas;
  if (first == null || deltas.some((delta) => delta === null || Math.abs(delta - first) > 61 * MINUTE)) return null;
  return first !== 0 && Math.abs(first) <= FARTHEST && first % (15 * MINUTE) === 0 ? first : null;
}
