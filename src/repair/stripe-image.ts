import type { ApiSubscription } from "../sources/stripe-api/complete-items";

/** What Stripe says of a subscription, in our columns. Times are Unix seconds. */
export interface StripeImage {
  readonly id: string;
  readonly customer_id: string | null;
  readonly status: string;
  /** The prices of its items in order, joined by commas. */
  readonly price_id: string | null;
  /** Null where it has several items. */
  readonly quantity: number | null;
  readonly currency: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly current_period_start: number | null;
  readonly current_period_end: number | null;
  readonly trial_start: number | null;
  readonly trial_end: number | null;
  readonly paused_at: number | null;
  readonly cancel_at_period_end: boolean | null;
  readonly cancel_at: number | null;
  readonly canceled_at: number | null;
  readonly ended_at: number | null;
  readonly livemode: boolean | null;
  readonly test_clock: string | null;
  readonly created: number | null;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a subscription of the API into our columns, as `apiColumns` does in SQL: the period stands on the items since
 * API version 2025-03-31.basil; of several, the latest start and the earliest end count.
 */
export function stripeImage(subscription: ApiSubscription): StripeImage {
  const api = subscription as unknown as Json;
  const items = ((api["items"] as Json | undefined)?.["data"] ?? []) as readonly Json[];
  const numbers = (name: string): number[] => items.map((item) => item[name]).filter(isNumber);
  const pricesBy = (name: string): string[] => items.map((item) => idOf(item[name])).filter((id) => id !== null);
  const prices = pricesBy("price").length > 0 ? pricesBy("price") : pricesBy("plan");
  const first = items[0]?.["quantity"] ?? api["quantity"];
  return {
    id: subscription.id,
    customer_id: idOf(api["customer"]),
    status: subscription.status,
    price_id: prices.length > 0 ? prices.sort().join(",") : idOf(api["plan"]),
    quantity: items.length <= 1 && isNumber(first) ? first : null,
    currency: textOf(api["currency"]),
    metadata: (api["metadata"] ?? {}) as Readonly<Record<string, string>>,
    current_period_start: numberOf(api["current_period_start"]) ?? most(Math.max, numbers("current_period_start")),
    current_period_end: numberOf(api["current_period_end"]) ?? most(Math.min, numbers("current_period_end")),
    trial_start: numberOf(api["trial_start"]),
    trial_end: numberOf(api["trial_end"]),
    paused_at: numberOf(((api["status_details"] as Json | null)?.["paused"] as Json | null)?.["transitioned_at"]),
    cancel_at_period_end: booleanOf(api["cancel_at_period_end"]),
    cancel_at: numberOf(api["cancel_at"]),
    canceled_at: numberOf(api["canceled_at"]),
    ended_at: numberOf(api["ended_at"]),
    livemode: booleanOf(api["livemode"]),
    test_clock: idOf(api["test_clock"]),
    created: numberOf(api["created"]),
  };
}

/** Whether Stripe says the same of a subscription as it did before; the order of metadata keys has no meaning. */
export function isSameImage(one: StripeImage, other: StripeImage): boolean {
  return canonical(one) === canonical(other);
}

function canonical({ metadata, ...image }: StripeImage): string {
  const sorted = (object: object): [string, unknown][] => Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted(image), sorted(metadata)]);
}

function most(choose: (...numbers: number[]) => number, numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : choose(...numbers);
}

/** The id of what may be expanded to an object. */
function idOf(value: unknown): string | null {
  return textOf(value) ?? textOf((value as Json | null | undefined)?.["id"]);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function numberOf(value: unknown): number | null {
  return isNumber(value) ? value : null;
}

function booleanOf(value: unknown): boolean | null {
  return typeof value === "boolean" ? value : null;
}
