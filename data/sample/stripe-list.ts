/** The Stripe side as the CLI prints it: `stripe subscriptions list` pages, appended one after the other. */

import { longId, shortId } from "./ids";
import type { Snapshot } from "./stripe-subscription";
import type { Price } from "./world";

/** Subscriptions on one page, the most that Stripe allows. */
export const PAGE_SIZE = 100;

type ApiObject = Readonly<Record<string, unknown>>;

function priceObject(price: Price): ApiObject {
  return {
    id: price.id,
    object: "price",
    active: true,
    billing_scheme: "per_unit",
    created: price.created,
    currency: price.currency,
    livemode: true,
    lookup_key: price.key,
    metadata: {},
    product: price.product,
    recurring: { interval: price.interval, interval_count: 1 },
    type: "recurring",
    unit_amount: price.unitAmount,
    unit_amount_decimal: String(price.unitAmount),
  };
}

function itemObject(s: Readonly<Snapshot>): ApiObject {
  return {
    id: shortId("si", s.id),
    object: "subscription_item",
    billing_thresholds: null,
    created: s.created,
    current_period_end: s.periodEnd,
    current_period_start: s.periodStart,
    discounts: [],
    metadata: {},
    price: priceObject(s.price),
    quantity: s.quantity,
    subscription: s.id,
    tax_rates: [],
  };
}

/**
 * A subscription as API version 2026-10-28.endive shows it: the period is on its item.
 * What is long and empty is cut short, and the item's deprecated `plan` (its price again) is left out.
 * Source: https://docs.stripe.com/api/subscriptions/object
 */
function subscriptionObject(s: Readonly<Snapshot>): ApiObject {
  return {
    id: s.id,
    object: "subscription",
    application: null,
    application_fee_percent: null,
    automatic_tax: { enabled: false },
    billing_cycle_anchor: s.anchor,
    billing_cycle_anchor_config: null,
    billing_mode: { type: "flexible" },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: s.cancelAtPeriodEnd ? s.periodEnd : null,
    cancel_at_period_end: s.cancelAtPeriodEnd,
    canceled_at: s.canceledAt,
    cancellation_details: s.cancelReason === null ? null : { comment: null, feedback: null, reason: s.cancelReason },
    collection_method: "charge_automatically",
    created: s.created,
    currency: s.price.currency,
    customer: s.customer.id,
    customer_account: null,
    days_until_due: null,
    default_payment_method: null,
    default_source: null,
    description: null,
    discounts: [],
    ended_at: s.endedAt,
    invoice_settings: {},
    items: { object: "list", data: [itemObject(s)], has_more: false, url: "/v1/subscription_items" },
    latest_invoice: longId("in", s.periodStart, `${s.id} ${s.periodStart}`),
    livemode: true,
    managed_payments: null,
    metadata: s.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: null,
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: s.created,
    status: s.status,
    ...(s.paused === null
      ? {}
      : { status_details: { paused: { subscription: { type: s.paused.type }, transitioned_at: s.paused.at } } }),
    test_clock: null,
    transfer_data: null,
    trial_end: s.trialEnd,
    trial_settings: null,
    trial_start: s.trialStart,
  };
}

/** All pages of the list as one text: JSON documents, not one document. `listed` is newest first. */
export function printPages(listed: readonly Readonly<Snapshot>[]): string {
  let text = "";
  for (let from = 0; from < listed.length; from += PAGE_SIZE) {
    const page = {
      object: "list",
      data: listed.slice(from, from + PAGE_SIZE).map(subscriptionObject),
      has_more: from + PAGE_SIZE < listed.length,
      url: "/v1/subscriptions",
    };
    text += `${JSON.stringify(page, null, 2)}\n`;
  }
  return text;
}
