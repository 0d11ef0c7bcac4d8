import { type CauseRule, weigh } from "../cause-rule";
import { findOutage } from "./outage";

/** The endpoint was down or disabled for a while: every sort of change of that time is missing, none after. */
export const missedWebhooks: CauseRule = {
  code: "missed_webhooks",
  title: "Webhooks were missed",
  confirmBy:
    "List the events of that time (stripe events list, up to 30 days back) and look for delivery_success=false; look for a gap in the application's log.",
  action:
    "Make sure events arrive again (Stripe Webhook Failure Runbook), then Actions 1, 3 and 4 for the subscriptions below.",
  examine(file) {
    const outage = findOutage(file);
    if (outage === null) return null;
    const { shape } = file.onset;
    return weigh(
      outage.explains,
      -2,
      [
        ...outage.clues,
        {
          holds: shape === "burst",
          weight: 1.5,
          against: 2.5,
          says: "Changes after it arrived, so it ended.",
          otherwise: "It still goes on at the time of the exports.",
        },
      ],
      { from: outage.from, to: shape === "burst" ? outage.to : null },
    );
  },
};
