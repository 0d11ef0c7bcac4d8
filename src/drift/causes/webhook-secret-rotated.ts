import { type CauseRule, percent, weigh } from "../cause-rule";
import { findOutage } from "./outage";

/** Since some moment nearly every event is refused, as when the endpoint's signing secret was rolled and the application was not told. */
export const webhookSecretRotated: CauseRule = {
  code: "webhook_secret_rotated",
  title: "Events are refused since a moment, as after a rolled signing secret",
  confirmBy:
    "Look for 400 answers of the endpoint and for signature errors in the application's log since that time, and for events with pending_webhooks above 0. Stripe accepts the old secret for at most 24 hours.",
  action:
    "Put the endpoint's current signing secret in place (Stripe Webhook Failure Runbook), then Actions 1, 3 and 4.",
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
          holds: shape === "step",
          weight: 1.5,
          against: 6,
          says: "It goes on to the time of the exports.",
          otherwise: "It ended before the exports were taken.",
        },
        {
          holds: outage.rate === null ? null : outage.rate >= 0.7,
          weight: 0.8,
          against: 1,
          says: "",
          otherwise: `Only ${percent(outage.rate ?? 0, 1)} of the changes since are missing; a wrong secret loses nearly all.`,
        },
      ],
      { from: outage.from, to: null },
    );
  },
};
