import Stripe from "stripe";
import { makeEvent } from "../../data/stand-in/make-event";
import { makePrice } from "../../data/stand-in/make-price";
import { makeSubscription } from "../../data/stand-in/make-subscription";
import type { StandIn } from "../../data/stand-in/stand-in";
import { keyOf, type StandInAccount } from "../../data/stand-in/world";
import { STATUSES } from "../../src/subscription";

/** Unix seconds: a day on which every second one subscription was created. */
export const DAY = 1_790_000_000;

/** The account's id, in both modes. */
export const ACCOUNT = "acct_1AAAAAStandInAcc";

const BASIC = makePrice({ id: "price_basic", created: DAY, livemode: true, unit_amount: 1900 });
const EXTRA = makePrice({ id: "price_extra", created: DAY, livemode: true, unit_amount: 4900 });

/** Which seeds differ from an active one: the status repeats every eight, three are on test clocks. */
export function smallSubscription(number: number): Stripe.Subscription {
  return makeSubscription({
    id: `sub_${String(number).padStart(4, "0")}`,
    created: DAY + number,
    customer: `cus_${number % 5}`,
    price: number % 4 === 0 ? EXTRA : BASIC,
    status: STATUSES[number % STATUSES.length] ?? "active",
    test_clock: number >= 37 ? "clock_1" : null,
    period: { start: DAY + number, end: DAY + number + 1000 },
  });
}

/** Forty subscriptions, created one a second; `sub_0039` is the newest. */
export function smallAccount(livemode = true): StandInAccount {
  return {
    id: ACCOUNT,
    livemode,
    name: "Small company",
    subscriptions: livemode ? Array.from({ length: 40 }, (_, number) => smallSubscription(number)) : [],
    events: livemode ? smallEvents() : [],
  };
}

function smallEvents(): Stripe.Event[] {
  const event = (number: number, daysAgo: number, type: "created" | "updated" | "deleted", pending = 0): Stripe.Event =>
    makeEvent({
      id: `evt_${number}`,
      created: DAY - daysAgo * 86_400,
      type: `customer.subscription.${type}`,
      subscription: smallSubscription(number),
      pending_webhooks: pending,
    });
  return [
    event(1, 1, "created"),
    event(2, 2, "updated", 1),
    event(3, 3, "deleted", 2),
    event(4, 29, "created"),
    event(5, 31, "updated", 1),
  ];
}

/** The real client, pointed at a stand-in, without retries of its own. */
export function clientOf(standIn: StandIn, key = keyOf(smallAccount()), more: Stripe.StripeConfig = {}): Stripe {
  const { host, port } = standIn;
  return new Stripe(key, { host, port, protocol: "http", maxNetworkRetries: 0, telemetry: false, ...more });
}

/** The error a promise ends with. */
export async function errorOf(promise: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error("It was expected to fail.");
}

/** What a test asserts of an error. */
export function essence(error: Stripe.errors.StripeError): readonly unknown[] {
  return [error.type, error.statusCode, error.code];
}
