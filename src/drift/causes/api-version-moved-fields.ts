import { type CauseRule, counted, LEAST_SUPPORT, percent, weigh } from "../cause-rule";
import { dateOnset } from "../date-onset";
import { isTouched } from "../evidence";
import { readPeriods } from "./period-clues";

/** The API moved the period to the items (version 2025-03-31): code that reads the old place writes nothing, or leaves what was there. */
export const apiVersionMovedFields: CauseRule = {
  code: "api_version_moved_fields",
  title: "A field moved with the API version",
  confirmBy:
    "Compare the api_version of the endpoint's events before and after: since 2025-03-31 current_period_* stand on each item of the subscription.",
  action: "Read the period from items.data, then repair the columns from Stripe.",
  examine({ affected, evidence }) {
    const periods = readPeriods(affected);
    const empty = periods.filter(({ database }) => database.every((time) => time === null));
    const behind = periods.filter(
      ({ affected: one, database, deltas }) =>
        !database.every((time) => time === null) &&
        deltas.some((delta) => delta !== null && delta > 86_400_000) &&
        !one.kinds.has("status_mismatch") &&
        isTouched(one),
    );
    const explains = [...empty, ...behind].map((each) => each.affected);
    if (explains.length < LEAST_SUPPORT) return null;
    const alone = explains.filter((one) => !one.kinds.has("status_mismatch")).length;
    const onset = dateOnset(explains, evidence);
    return weigh(
      explains,
      -1.5,
      [
        {
          holds: empty.length >= 0.5 * periods.length,
          weight: 2.5,
          against: 0.3,
          says: `The period is empty in ${counted(empty.length, "row")} of the database.`,
          otherwise: "",
        },
        {
          holds: behind.length >= 0.5 * periods.length ? true : null,
          weight: 2.2,
          says: `${counted(behind.length, "row")} were written at the renewal and still hold the period before.`,
        },
        {
          holds: alone >= 0.8 * explains.length,
          weight: 1,
          says: "Their statuses agree, so the events arrived.",
          otherwise: "Many of their statuses differ too.",
        },
        {
          holds: explains.length >= 0.6 * affected.length,
          weight: 0.8,
          against: 0.8,
          says: `It is ${percent(explains.length, affected.length)} of what differs.`,
          otherwise: "Most of what differs is of another sort.",
        },
      ],
      { from: onset.shape === "step" ? onset.at : null, to: null },
    );
  },
};
