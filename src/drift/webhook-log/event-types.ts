/**
 * An event type of Stripe's that has to do with subscriptions, such as `customer.subscription.updated`, wherever it stands in a
 * text; thin events (`v1.customer.subscription.updated`) included. The last word has to be one of an event, so that `invoice.total`
 * in a piece of code is none.
 *
 * Source: https://docs.stripe.com/api/events/types
 */
const EVENT_TYPE =
  /\b(?:customer|invoice|invoiceitem|invoice_payment|subscription_schedule|checkout\.session|payment_intent|charge|price|product|coupon|entitlements)(?:\.[a-z_]+)?\.(?:created|updated|deleted|paused|resumed|canceled|completed|released|aborted|expir(?:ed|ing)|paid|sent|upcoming|overdue|overpaid|voided|finalized|succeeded|failed|refunded|captured|pending|processing|closed|requires_action|amount_capturable_updated|partially_funded|trial_will_end|will_be_due|marked_uncollectible|finalization_failed|payment_(?:failed|succeeded|paid|action_required|attempt_required)|pending_update_(?:applied|expired)|async_payment_(?:succeeded|failed)|funds_(?:reinstated|withdrawn))\b/g;

/** Lists are asked for these: what says that a subscription changed. Source: https://docs.stripe.com/billing/subscriptions/webhooks */
export const SUBSCRIPTION_EVENTS = [
  "customer.subscription.created",
  "customer.subscription.updated",
  "customer.subscription.deleted",
  "customer.subscription.paused",
  "customer.subscription.resumed",
  "customer.subscription.pending_update_applied",
  "customer.subscription.pending_update_expired",
  "customer.subscription.trial_will_end",
  "invoice.paid",
  "invoice.payment_failed",
] as const;

/** The event types a text names, each once; those of subscriptions first. */
export function eventTypesIn(text: string): string[] {
  const types = [...new Set(text.match(EVENT_TYPE))];
  const isOther = (type: string): number => (type.startsWith("customer.subscription.") ? 0 : 1);
  return types.length < 2 ? types : types.sort((a, b) => isOther(a) - isOther(b));
}

/** The text without its event types, whose words (`payment_failed`) say nothing of a delivery. */
export function withoutEventTypes(text: string): string {
  return text.replace(EVENT_TYPE, " ");
}
