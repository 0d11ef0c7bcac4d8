import type { StripeConnection } from "./connect-stripe";
import { type ApiObject, listAll } from "./list-page";

/** An event of Stripe's that did not reach every endpoint. */
export interface FailedEvent extends ApiObject {
  /** Such as `customer.subscription.updated`. */
  readonly type: string;
  /** Unix seconds. */
  readonly created: number;
  /** The version its object is in. */
  readonly api_version: string | null;
  /** How many endpoints it is still to be delivered to. */
  readonly pending_webhooks: number;
  readonly data: { readonly object: ApiObject };
}

/** The most types Stripe takes in one list. */
const TYPES_A_LIST = 20;

/**
 * Events that could not be delivered to every endpoint, newest first. Stripe keeps them for 30 days
 * (docs.stripe.com/webhooks/process-undelivered-events).
 *
 * @param createdFrom - only those from this time on
 * @param types - such as `customer.subscription.updated`; beyond twenty they come twenty types at a time
 * @throws ReconError when Stripe fails for good
 */
export async function* listFailedEvents(
  connection: StripeConnection,
  { createdFrom, types }: { readonly createdFrom?: Date | undefined; readonly types: readonly string[] },
): AsyncGenerator<FailedEvent, void, undefined> {
  const from = createdFrom === undefined ? {} : { "created[gte]": Math.floor(createdFrom.getTime() / 1000) };
  for (let at = 0; at < types.length; at += TYPES_A_LIST) {
    const some = types.slice(at, at + TYPES_A_LIST).map((type, index) => [`types[${index}]`, type] as const);
    yield* listAll<FailedEvent>(connection, "/v1/events", {
      delivery_success: "false",
      ...from,
      ...Object.fromEntries(some),
    });
  }
}
