import { counted } from "../cause-rule";
import type { WebhookHistory } from "./webhook-history";

/** What the runbook asks for after its Step 3, one or two sentences. */
export function nextStep({
  counts,
  windows,
  entries,
  subscriptions,
  stripe_undelivered,
}: Omit<WebhookHistory, "next_step">): string {
  if (entries.webhooks === 0 && (stripe_undelivered?.affected ?? 0) === 0)
    return "These logs say nothing of webhooks. Give the log of the application or the proxy that receives them, of the time the subscriptions changed.";
  if (counts.failed > 0 || windows.length > 0)
    return "Webhook failures found. Fix webhook processing first (Stripe Webhook Failure Runbook), then rerun the reconciliation.";
  const missed = subscriptions.filter((one) => one.state === "never_seen" && one.log_covers_change === true).length;
  if (missed > 0)
    return `No failure in the log, but ${counted(missed, "subscription")} changed while it ran and no webhook came. Check that the endpoint is enabled and takes these events (Stripe Webhook Failure Runbook), then rerun the reconciliation.`;
  if (counts.never_seen > 0)
    return "No webhook failures found, but some subscriptions are in no log. Give the logs of the time they changed to be sure; else continue to the Action Steps.";
  return "No webhook failures found. Continue to the Action Steps.";
}
