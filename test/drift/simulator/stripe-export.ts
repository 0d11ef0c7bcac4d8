/** The Stripe side: an API list as the CLI prints it, or one object a line. */

import type { Sides } from "./fault";
import { shortId } from "./ids";
import type { Snapshot } from "./subscription-event";

type ApiObject = Readonly<Record<string, unknown>>;

function priceObject({ price, livemode }: Snapshot): ApiObject {
  return {
    id: price.id,
    object: "price",
    active: true,
    created: price.created,
    currency: price.currency,
    livemode,
    lookup_key: price.key,
    recurring: { interval: price.months === 12 ? "year" : "month", interval_count: 1 },
    type: "recurring",
    unit_amount: price.amount,
  };
}

/** A subscription as API versions since 2025-03-31.basil show it: the period is on its item. Long, empty members are left out. */
function subscriptionObject(s: Snapshot): ApiObject {
  const item = {
    id: shortId("si", s.id),
    object: "subscription_item",
    created: s.created,
    current_period_end: s.periodEnd,
    current_period_start: s.periodStart,
    metadata: {},
    price: priceObject(s),
    quantity: s.quantity,
    subscription: s.id,
  };
  return {
    id: s.id,
    object: "subscription",
    billing_cycle_anchor: s.anchor,
    cancel_at: s.cancelAtPeriodEnd ? s.periodEnd : null,
    cancel_at_period_end: s.cancelAtPeriodEnd,
    canceled_at: s.canceledAt,
    collection_method: "charge_automatically",
    created: s.created,
    currency: s.price.currency,
    customer: s.customer,
    ended_at: s.endedAt,
    items: { object: "list", data: [item], has_more: false, url: `/v1/subscription_items?subscription=${s.id}` },
    livemode: s.livemode,
    metadata: s.metadata,
    pause_collection: null,
    start_date: s.created,
    status: s.status,
    ...(s.paused === null
      ? {}
      : { status_details: { paused: { subscription: { type: s.paused.type }, transitioned_at: s.paused.at } } }),
    test_clock: null,
    trial_end: s.trialEnd,
    trial_start: s.trialStart,
  };
}

/** The export's text, newest first. What was cut off can be told from a list alone. */
export function printStripe(sides: Sides, asLines: boolean): string {
  const newest = [...sides.stripe.values()].sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
  const data = newest.map(subscriptionObject);
  if (asLines && !sides.hasMore) return data.map((each) => `${JSON.stringify(each)}\n`).join("");
  return `${JSON.stringify({ object: "list", data, has_more: sides.hasMore, url: "/v1/subscriptions" }, null, 2)}\n`;
}
