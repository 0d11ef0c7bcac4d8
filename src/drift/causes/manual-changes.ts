import { type CauseRule, counted, LEAST_SUPPORT, mostOfTheCase, percent, weigh } from "../cause-rule";
import { completenessOf } from "../completeness";
import { isHandledWrongly, isTouched } from "../evidence";
import { endedInDatabase, livesInStripe } from "../transitions";

/** Someone changed rows by hand, or a local job ended subscriptions that Stripe still runs: no event of Stripe stands behind it. */
export const manualChanges: CauseRule = {
  code: "manual_changes",
  title: "Rows were changed by hand or by a local job",
  confirmBy:
    "Ask who or what wrote these rows at their time of last change (audit log, admin tool, expiry job): Stripe has no event for it.",
  action: "Find out which side is right before repairing; where it is Stripe, Action 3 (update status mismatches).",
  examine({ affected, evidence, onset }) {
    const status = affected.filter((one) => one.kinds.has("status_mismatch"));
    const explains = status.filter(
      (one) =>
        (livesInStripe(one) && endedInDatabase(one) && !isHandledWrongly(one)) ||
        (one.stripeStatus === "canceled" && isTouched(one) && !isHandledWrongly(one)),
    );
    if (explains.length < LEAST_SUPPORT) return null;
    const ended = explains.filter(endedInDatabase).length;
    const statuses = [...new Set(explains.map(({ stripeStatus }) => stripeStatus ?? ""))];
    const shares = statuses.map(
      (one) =>
        completenessOf(
          explains.filter(({ stripeStatus }) => stripeStatus === one),
          [one],
          evidence,
        ).share ?? 0,
    );
    return weigh(explains, -1.5, [
      {
        holds: explains.length >= 0.7 * status.length,
        weight: 2,
        says: `${percent(explains.length, status.length)} of the status mismatches are ahead of Stripe: ${counted(ended, "row")} ended here and live there, ${explains.length - ended} were revived after their end.`,
        otherwise: `Only ${percent(explains.length, status.length)} of the status mismatches are ahead of Stripe.`,
      },
      {
        holds: Math.max(...shares) < 0.5,
        weight: 1,
        against: 3,
        says: "Few of those that could be are concerned.",
        otherwise: "Nearly all with that status are concerned, so it is a rule and no hand.",
      },
      mostOfTheCase(explains, affected, 0.5, 0.6),
      {
        holds:
          onset.shape === "burst" && onset.window !== null && onset.window.expected * 4 < onset.window.count
            ? false
            : null,
        weight: 0,
        against: 0.3,
        says: "",
      },
    ]);
  },
};
