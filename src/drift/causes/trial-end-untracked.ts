import { type CauseRule, counted, LEAST_SUPPORT, percent, weigh } from "../cause-rule";
import { isHandledWrongly } from "../evidence";
import { meaning } from "../transitions";

/** The end of a trial is not taken over: the row says trialing long after. */
export const trialEndUntracked: CauseRule = {
  code: "trial_end_untracked",
  title: "Ends of trials are not tracked",
  confirmBy:
    "Look whether customer.subscription.updated writes the status when a trial ends, and whether something sets it from trial_end alone.",
  action: "Write the status of every update, then Action 3 (update status mismatches).",
  examine({ affected, onset }) {
    const status = affected.filter((one) => one.kinds.has("status_mismatch"));
    const explains = status.filter((one) => meaning(one.databaseStatus).includes("trialing"));
    if (explains.length < LEAST_SUPPORT) return null;
    const touched = explains.filter(isHandledWrongly).length;
    const missing = affected.filter((one) => one.kinds.has("missing_in_database")).length;
    return weigh(explains, -1, [
      {
        holds: explains.length >= 0.7 * status.length,
        weight: 2.5,
        says: `${percent(explains.length, status.length)} of the status mismatches say trialing in the database although the trial is over in Stripe.`,
        otherwise: `${status.length - explains.length} of the status mismatches have nothing to do with a trial.`,
      },
      {
        holds: explains.length >= 4 * missing,
        weight: 1.2,
        says: "New subscriptions arrive, so events do come in.",
        otherwise: `${counted(missing, "subscription")} are missing altogether, so it is not the trial alone.`,
      },
      {
        holds: onset.shape !== "burst",
        weight: 0.8,
        against: 1.5,
        says: "It is spread over time, as trials end.",
        otherwise: "It lies in one stretch of time that ended.",
      },
      {
        holds: touched > explains.length / 2 ? false : null,
        weight: 0,
        against: 1,
        says: "",
        otherwise: `${counted(touched, "row")} were written when the trial ended.`,
      },
    ]);
  },
};
