import type { CauseRule } from "../cause-rule";
import { livesInDatabase, livesInStripe } from "../transitions";
import { suspectUnhandled } from "./unhandled-status";

/** The status `paused` is not handled: the row keeps the status before, or was refused by an enum that lacks the word. */
export const pauseUnhandled: CauseRule = {
  code: "pause_unhandled",
  title: "Paused subscriptions are not handled",
  confirmBy:
    "Look whether the endpoint subscribes to customer.subscription.paused and .resumed, and whether the status column takes the word paused.",
  action:
    "Handle paused and resumed, then Action 3 (update status mismatches), and Action 1 for rows that were refused.",
  examine: (file) =>
    suspectUnhandled(
      file,
      file.affected.filter(
        (one) =>
          (one.stripeStatus === "paused" && (livesInDatabase(one) || one.kinds.has("missing_in_database"))) ||
          (one.kinds.has("status_mismatch") && livesInStripe(one) && one.databaseStatus === "paused"),
      ),
      ["paused"],
      "paused subscriptions",
    ),
};
