import type { CauseRule } from "../cause-rule";
import { meaning } from "../transitions";
import { suspectUnhandled } from "./unhandled-status";

/** Failed payments are not taken over: who is past due or unpaid in Stripe stays active in the database. */
export const dunningUntracked: CauseRule = {
  code: "dunning_untracked",
  title: "Failed payments are not tracked",
  confirmBy:
    "Look whether customer.subscription.updated writes past_due and unpaid, and compare with the invoice.payment_failed events of a few of them.",
  action: "Write past_due and unpaid as they come, then Action 3 (update status mismatches).",
  examine: (file) =>
    suspectUnhandled(
      file,
      file.affected.filter(
        (one) =>
          one.kinds.has("status_mismatch") &&
          (one.stripeStatus === "past_due" || one.stripeStatus === "unpaid") &&
          meaning(one.databaseStatus).some((word) => ["active", "trialing", "past_due"].includes(word)),
      ),
      ["past_due", "unpaid"],
      "subscriptions in arrears",
      true,
    ),
};
