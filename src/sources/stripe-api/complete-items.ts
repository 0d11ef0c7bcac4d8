import type { StripeConnection } from "./connect-stripe";
import { type ApiObject, listAll } from "./list-page";

/** A subscription as the API sends it: its decimals are texts, and at most ten of its items are within. */
export interface ApiSubscription extends ApiObject {
  /** Unix seconds. */
  readonly created: number;
  readonly livemode: boolean;
  readonly status: string;
  readonly items: { readonly data: readonly ApiObject[]; readonly has_more: boolean };
}

/** Fetches the items that a subscription of more than ten leaves out. */
export async function completeItems(
  connection: StripeConnection,
  subscription: ApiSubscription,
): Promise<ApiSubscription> {
  const { items } = subscription;
  if (items?.has_more !== true) return subscription;
  const data = [...items.data];
  const last = data.at(-1);
  const params = { subscription: subscription.id, ...(last === undefined ? {} : { starting_after: last.id }) };
  for await (const item of listAll(connection, "/v1/subscription_items", params)) data.push(item);
  return { ...subscription, items: { ...items, data, has_more: false } };
}
