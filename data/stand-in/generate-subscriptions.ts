import type Stripe from "stripe";
import { makePrice } from "./make-price";
import { makeSubscription } from "./make-subscription";
import { firstIndex, type NewestFirst } from "./newest-first";

/** How many subscriptions, created from when to when (Unix seconds), in which account and mode. */
export interface GeneratedOptions {
  readonly count: number;
  readonly from: number;
  readonly to: number;
  readonly livemode?: boolean;
  /** The ten characters that the account's long ids share. */
  readonly fragment?: string;
  /** Where in [0, 1] of the time the share `x` in [0, 1] of them was created; rises from 0 to 1. */
  readonly spread?: (x: number) => number;
}

/** Four of ten were imported within one part in fifty of the time, as when a company moves to Stripe. */
function withAnImport(x: number): number {
  if (x < 0.3) return (x / 0.3) * 0.5;
  if (x < 0.7) return 0.5 + ((x - 0.3) / 0.4) * 0.02;
  return 0.52 + ((x - 0.7) / 0.3) * 0.48;
}

const STATUSES = [
  "active",
  "active",
  "active",
  "canceled",
  "active",
  "past_due",
  "active",
  "trialing",
  "canceled",
  "active",
];

/**
 * Any number of subscriptions, each made when it is asked for and the same every time; nothing is held in memory.
 *
 * The sequence number of a subscription, counted from the oldest, is part of its id.
 */
export function generateSubscriptions(options: GeneratedOptions): NewestFirst<Stripe.Subscription> {
  const { count, from, to, livemode = true, fragment = "StandInAcc", spread = withAnImport } = options;
  const prices = [1900, 4900, 14900].map((unit_amount) =>
    makePrice({ id: `price_1AAAAA${fragment}${unit_amount}`, created: from, livemode, unit_amount }),
  );
  const createdOf = (index: number): number => from + Math.floor(spread((count - index) / count) * (to - from));
  const idOf = (index: number): string => `sub_1AAAAA${fragment}${(count - index).toString(36).padStart(8, "0")}`;
  const at = (index: number): Stripe.Subscription => {
    if (!(index >= 0 && index < count)) throw new RangeError(`generateSubscriptions: no subscription ${index}`);
    const sequence = count - index;
    const created = createdOf(index);
    const status = STATUSES[sequence % STATUSES.length] ?? "active";
    const price = prices[sequence % prices.length] ?? makePrice({ id: "price_", created, livemode, unit_amount: 0 });
    const ended = status === "canceled" ? { canceled_at: created + 86_400, ended_at: created + 86_400 } : {};
    return makeSubscription({
      id: idOf(index),
      created,
      customer: `cus_${Math.floor(sequence / 1.1)
        .toString(36)
        .padStart(14, "0")}`,
      price,
      quantity: 1 + (sequence % 7),
      status,
      metadata: { tenant_id: `tenant_${String(sequence % 40).padStart(3, "0")}`, seats: String(1 + (sequence % 7)) },
      ...ended,
    });
  };
  return {
    count,
    at,
    indexOf(id) {
      const index = count - Number.parseInt(id.slice(-8), 36);
      return index >= 0 && index < count && idOf(index) === id ? index : -1;
    },
    indexAtCreated: (time) => firstIndex(count, (index) => createdOf(index) <= time),
  };
}
