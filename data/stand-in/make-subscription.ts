import type Stripe from "stripe";
import { planOf } from "./make-price";

/** What a subscription is made of; what is not said is what Stripe shows where nothing was set. */
export interface SubscriptionSeed extends Partial<Omit<Stripe.Subscription, "items">> {
  readonly id: string;
  readonly created: number;
  readonly customer: string;
  readonly price: Stripe.Price;
  readonly quantity?: number;
  readonly period?: { readonly start: number; readonly end: number };
  readonly itemId?: string;
}

const MONTH = 30 * 24 * 60 * 60;

/**
 * A complete subscription of the installed client's version, with one item.
 * The compiler holds it against the client's own declarations: a field Stripe adds or moves stops the build.
 *
 * Source: https://docs.stripe.com/api/subscriptions/object
 */
export function makeSubscription(seed: SubscriptionSeed): Stripe.Subscription {
  const { price, quantity, period, itemId, ...own } = seed;
  const { id, created } = seed;
  return {
    object: "subscription",
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: created,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: "included" }, type: "flexible" },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: "charge_automatically",
    currency: price.currency,
    customer_account: null,
    days_until_due: null,
    default_payment_method: null,
    default_source: null,
    description: null,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: "self" },
    },
    items: {
      object: "list",
      data: [
        {
          id: itemId ?? `si_${id.slice(4)}`,
          object: "subscription_item",
          billing_thresholds: null,
          created,
          current_period_end: period?.end ?? created + MONTH,
          current_period_start: period?.start ?? created,
          current_trial: null,
          discounts: [],
          metadata: {},
          plan: planOf(price),
          price,
          quantity: quantity ?? 1,
          subscription: id,
          tax_rates: [],
        },
      ],
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    latest_invoice: null,
    livemode: price.livemode,
    managed_payments: null,
    metadata: {},
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: null,
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: created,
    status: "active",
    test_clock: null,
    transfer_data: null,
    trial_end: null,
    trial_settings: null,
    trial_start: null,
    ...own,
  };
}
