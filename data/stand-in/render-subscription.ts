import type Stripe from "stripe";

/** The first version that shows periods on the items instead of the subscription. */
const PERIODS_ON_ITEMS = "2025-03-31.basil";

/**
 * A subscription as an API version shows it. Before `2025-03-31.basil` the period is the subscription's own.
 *
 * Source: https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-subscription-current-period-start-and-end
 */
export function renderSubscription(subscription: Stripe.Subscription, apiVersion: string): object {
  if (apiVersion >= PERIODS_ON_ITEMS.slice(0, 10)) return subscription;
  const { data } = subscription.items;
  return {
    ...subscription,
    current_period_end: Math.min(...data.map((item) => item.current_period_end)),
    current_period_start: Math.max(...data.map((item) => item.current_period_start)),
    items: {
      ...subscription.items,
      data: data.map(({ current_period_end: _end, current_period_start: _start, ...item }) => item),
    },
  };
}
