import { type CauseRule, LEAST_SUPPORT, mostOfTheCase, percent, weigh } from "../cause-rule";
import { completenessOf } from "../completeness";
import { isHandledWrongly } from "../evidence";
import { meaning } from "../transitions";

/** An older event was handled after a newer one, and the older state stayed. */
export const eventsOutOfOrder: CauseRule = {
  code: "events_out_of_order",
  title: "Events were applied out of order",
  confirmBy:
    "Take a few of these subscriptions and compare the created times of their events with the order in the application's log: both were delivered, the older one last.",
  action:
    "Compare each event with the row's newest before writing (or fetch the subscription anew), then Action 3 (update status mismatches).",
  examine({ affected, evidence, onset }) {
    const status = affected.filter((one) => one.kinds.has("status_mismatch"));
    const explains = status.filter(
      (one) =>
        isHandledWrongly(one) && meaning(one.databaseStatus).some((word) => mayPrecede(word, one.stripeStatus ?? "")),
    );
    if (explains.length < LEAST_SUPPORT) return null;
    const statuses = [...new Set(explains.map(({ stripeStatus }) => stripeStatus ?? ""))];
    const shares = statuses.map(
      (one) =>
        completenessOf(
          explains.filter(({ stripeStatus }) => stripeStatus === one),
          [one],
          evidence,
        ).share,
    );
    const most = shares.every((share) => share === null) ? null : Math.max(...shares.map((share) => share ?? 0));
    return weigh(explains, -1.5, [
      {
        holds: explains.length >= 0.7 * status.length,
        weight: 2,
        says: `${percent(explains.length, status.length)} of the rows with another status were written within the hour of the change they lack, so the events arrived.`,
        otherwise: `Only ${percent(explains.length, status.length)} of the rows with another status were written when the change came.`,
      },
      {
        holds: most === null ? null : most < 0.3,
        weight: 1.5,
        against: 3,
        says: `It happens seldom: at most ${percent(most ?? 0, 1)} of the subscriptions of a status are concerned.`,
        otherwise: `${percent(most ?? 0, 1)} of all subscriptions of a status are concerned: too many for chance.`,
      },
      {
        holds: onset.shape !== "burst" && onset.shape !== "step",
        weight: 0.6,
        against: 0.6,
        says: "It is spread over all time.",
        otherwise: "It is not spread over all time.",
      },
      mostOfTheCase(explains, affected, 0.5, 0.6),
    ]);
  },
};

/** What a subscription may be just before it takes a status. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  trialing: ["incomplete"],
  active: ["incomplete", "trialing", "past_due", "unpaid", "paused"],
  past_due: ["active", "trialing"],
  unpaid: ["active", "past_due"],
  paused: ["active", "trialing"],
  incomplete_expired: ["incomplete"],
  canceled: ["incomplete", "trialing", "active", "past_due", "unpaid", "paused"],
};

function mayPrecede(word: string, status: string): boolean {
  return BEFORE[status]?.includes(word) ?? false;
}
