import Stripe from "stripe";

/** What a recurring price is made of. Amounts are in the currency's smallest unit, times Unix seconds. */
export interface PriceSeed {
  readonly id: string;
  readonly created: number;
  readonly livemode: boolean;
  readonly unit_amount: number;
  readonly product?: string;
  readonly currency?: string;
  readonly lookup_key?: string | null;
  readonly recurring?: { readonly interval: "month" | "year"; readonly interval_count: number };
}

/** A complete price of the installed client's version. Source: https://docs.stripe.com/api/prices/object */
export function makePrice(seed: PriceSeed): Stripe.Price {
  const { interval, interval_count } = seed.recurring ?? { interval: "month", interval_count: 1 };
  return {
    id: seed.id,
    object: "price",
    active: true,
    billing_scheme: "per_unit",
    created: seed.created,
    currency: seed.currency ?? "usd",
    custom_unit_amount: null,
    livemode: seed.livemode,
    lookup_key: seed.lookup_key ?? null,
    metadata: {},
    nickname: null,
    product: seed.product ?? "prod_standin",
    recurring: { interval, interval_count, meter: null, trial_period_days: null, usage_type: "licensed" },
    tax_behavior: "unspecified",
    tiers_mode: null,
    transform_quantity: null,
    type: "recurring",
    unit_amount: seed.unit_amount,
    unit_amount_decimal: Stripe.Decimal.from(seed.unit_amount),
  };
}

/** Prices whose plan was made already: a million items share a few. */
const plans = new WeakMap<Stripe.Price, Stripe.Plan>();

/** An item's deprecated `plan`: its price once more, under the older names. Source: https://docs.stripe.com/api/plans/object */
export function planOf(price: Stripe.Price): Stripe.Plan {
  const known = plans.get(price);
  if (known !== undefined) return known;
  const plan: Stripe.Plan = {
    id: price.id,
    object: "plan",
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: price.recurring?.interval ?? "month",
    interval_count: price.recurring?.interval_count ?? 1,
    livemode: price.livemode,
    metadata: price.metadata,
    meter: null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: "licensed",
  };
  plans.set(price, plan);
  return plan;
}
