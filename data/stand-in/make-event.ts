import type Stripe from "stripe";
import { CURRENT_VERSION } from "./world";

/** What happened to a subscription, as an event that shows it as it is now. */
export function makeEvent(
  seed: Pick<Stripe.CustomerSubscriptionUpdatedEvent, "id" | "created"> & {
    readonly type: `customer.subscription.${"created" | "updated" | "deleted" | "paused" | "resumed"}`;
    readonly subscription: Stripe.Subscription;
    /** Deliveries to webhook endpoints that have not succeeded. */
    readonly pending_webhooks?: number;
  },
): Stripe.Event {
  return {
    id: seed.id,
    object: "event",
    api_version: CURRENT_VERSION,
    created: seed.created,
    data: { object: seed.subscription },
    livemode: seed.subscription.livemode,
    pending_webhooks: seed.pending_webhooks ?? 0,
    request: { id: null, idempotency_key: null },
    type: seed.type,
  };
}
