import { z } from "zod";
import type { ApiSubscription } from "../sources/stripe-api/complete-items";

const text = z.string().nullable();
const seconds = z.number().int().nullable();

/** What Stripe says of a subscription, in our columns. Times are Unix seconds. */
export const stripeImageSchema = z.object({
  id: z.string(),
  customer_id: text,
  status: z.string(),
  /** The prices of its items in order, joined by commas. */
  price_id: text,
  /** Null where it has several items. */
  quantity: z.number().nullable(),
  currency: text,
  metadata: z.record(z.string(), z.string()),
  current_period_start: seconds,
  current_period_end: seconds,
  trial_start: seconds,
  trial_end: seconds,
  paused_at: seconds,
  cancel_at_period_end: z.boolean().nullable(),
  cancel_at: seconds,
  canceled_at: seconds,
  ended_at: seconds,
  livemode: z.boolean().nullable(),
  test_clock: text,
  created: seconds,
});

/** A parsed image. */
export type StripeImage = z.infer<typeof stripeImageSchema>;

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
    metadata: (api["metadata"] ?? {}) as Record<string, string>,
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
