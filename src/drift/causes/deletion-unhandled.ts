import type { CauseRule } from "../cause-rule";
import { livesInDatabase } from "../transitions";
import { suspectUnhandled } from "./unhandled-status";

/** `customer.subscription.deleted` is not handled: what ends in Stripe goes on living in the database. */
export const deletionUnhandled: CauseRule = {
  code: "deletion_unhandled",
  title: "Cancellations are not handled",
  confirmBy:
    "Look whether the endpoint subscribes to customer.subscription.deleted and what its handler does: the events were delivered, yet no row changed.",
  action: "Handle customer.subscription.deleted, then Action 3 (update status mismatches).",
  examine: (file) =>
    suspectUnhandled(
      file,
      file.affected.filter(
        (one) => one.kinds.has("status_mismatch") && one.stripeStatus === "canceled" && livesInDatabase(one),
      ),
      ["canceled"],
      "canceled subscriptions",
    ),
};
