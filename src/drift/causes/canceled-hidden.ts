import { type CauseRule, counted, LEAST_SUPPORT, percent, weigh } from "../cause-rule";
import { endedInDatabase } from "../transitions";

/** The Stripe export was listed without canceled subscriptions, which Stripe leaves out unless asked. */
export const canceledHidden: CauseRule = {
  code: "canceled_hidden",
  title: "The Stripe export leaves out canceled subscriptions",
  confirmBy:
    "Retrieve one of the rows that seem orphaned: Stripe answers with status canceled. A list without status=all leaves these out.",
  action: "Export again with --status all and reconcile again. Archive nothing before.",
  examine({ affected, evidence }) {
    const withheld = (evidence.summary?.withheld ?? []).some(({ reason }) =>
      reason.includes("no canceled subscription"),
    );
    const orphans = affected.filter((one) => one.kinds.has("missing_in_stripe"));
    const explains = orphans.filter(endedInDatabase);
    if (!withheld && explains.length < LEAST_SUPPORT) return null;
    const inStripe = evidence.population?.get("stripe_status")?.get("canceled")?.subscriptions ?? 0;
    return weigh(explains, -2, [
      { holds: withheld ? true : null, weight: 5, says: "The Stripe export holds no canceled subscription at all." },
      {
        holds: withheld ? null : explains.length >= 0.9 * orphans.length,
        weight: 2,
        says: `${percent(explains.length, orphans.length)} of the orphans ended in the database.`,
        otherwise: "",
      },
      {
        holds: withheld ? null : inStripe < explains.length / 4,
        weight: 2,
        against: 3,
        says: "",
        otherwise: `The Stripe export does hold ${counted(inStripe, "canceled subscription")}.`,
      },
    ]);
  },
};
