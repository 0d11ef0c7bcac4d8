import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Stripe from "stripe";
import { ACCOUNT_ID, longId } from "../sample/ids";
import { scriptedBirths } from "../sample/scripted-births";
import { STRIPE_FINISHED } from "../sample/world";
import { makeEvent } from "./make-event";
import { makePrice, type PriceSeed } from "./make-price";
import { makeSubscription } from "./make-subscription";
import type { StandInOptions } from "./stand-in";

/** A subscription as the sample's file prints it: what is long and empty was cut short there. */
interface SampleSubscription
  extends Omit<
    Stripe.Subscription,
    "automatic_tax" | "billing_mode" | "cancellation_details" | "customer" | "invoice_settings" | "items" | "object"
  > {
  readonly automatic_tax: Pick<Stripe.Subscription.AutomaticTax, "enabled">;
  readonly billing_mode: Pick<Stripe.Subscription.BillingMode, "type">;
  readonly cancellation_details: Omit<Stripe.Subscription.CancellationDetails, "feedback_option"> | null;
  readonly customer: string;
  readonly items: { readonly data: readonly SampleItem[] };
}

interface SampleItem {
  readonly id: string;
  readonly current_period_end: number;
  readonly current_period_start: number;
  readonly price: PriceSeed;
  readonly quantity: number;
}

/** The sample's subscriptions, as the exported file has them, each completed to what the API shows. */
function readSample(): Stripe.Subscription[] {
  const text = readFileSync(join(__dirname, "..", "stripe_subscriptions.json"), "utf8");
  // The file is pages one after the other; only a page's own brace stands at the start of a line.
  const pages = text.split(/(?<=^\})\n/m).filter((page) => page !== "");
  return pages.flatMap((page) => (JSON.parse(page) as { data: SampleSubscription[] }).data).map(complete);
}

function complete(sample: SampleSubscription): Stripe.Subscription {
  const {
    automatic_tax: { enabled },
    billing_mode: { type },
    cancellation_details,
    items,
    invoice_settings: _empty,
    object: _word,
    ...own
  } = sample as SampleSubscription & { invoice_settings: object; object: string };
  const [item] = items.data;
  if (item === undefined) throw new Error(`The sample's ${sample.id} has no item.`);
  return makeSubscription({
    ...own,
    automatic_tax: { disabled_reason: null, enabled, liability: null },
    billing_mode: { flexible: { proration_discounts: "included" }, type },
    cancellation_details: cancellation_details === null ? null : { ...cancellation_details, feedback_option: null },
    price: makePrice(item.price),
    quantity: item.quantity,
    period: { start: item.current_period_start, end: item.current_period_end },
    itemId: item.id,
  });
}

/**
 * The newest event of each subscription that its own times tell, which shows it as it is listed.
 *
 * All were delivered: the sample's failed shard answered 200 to what it dropped, so Stripe saw no failure in the
 * incident. Only the few that Stripe was still retrying when the export ended are pending.
 */
function newestEvent(subscription: Stripe.Subscription, retried: ReadonlySet<string>): Stripe.Event {
  const { id, status, created, ended_at, canceled_at, status_details } = subscription;
  const renewed = subscription.items.data[0]?.current_period_start ?? created;
  const [type, time] =
    status === "canceled"
      ? (["deleted", ended_at ?? created] as const)
      : status === "paused"
        ? (["paused", status_details?.paused.transitioned_at ?? renewed] as const)
        : renewed > created || canceled_at !== null
          ? (["updated", Math.max(renewed, canceled_at ?? 0)] as const)
          : (["created", created] as const);
  return makeEvent({
    id: longId("evt", time, `${id} ${type}`),
    created: time,
    type: `customer.subscription.${type}`,
    subscription,
    pending_webhooks: retried.has(id) ? 1 : 0,
  });
}

/** The sample's account as Stripe held it when the sample's export ended; the stand-in's clock stands there. */
export function sampleWorld(): Pick<StandInOptions, "accounts" | "now"> {
  const subscriptions = readSample();
  const late = scriptedBirths().filter((birth) => birth.planned.some((each) => each.delay) || birth.delay);
  const retried = new Set(late.map((birth) => longId("sub", birth.created, birth.key)));
  const events = subscriptions.map((each) => newestEvent(each, retried));
  return {
    accounts: [{ id: ACCOUNT_ID, livemode: true, name: "Sample company", subscriptions, events }],
    now: () => STRIPE_FINISHED * 1000,
  };
}
