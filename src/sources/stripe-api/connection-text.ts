import { API_VERSION, type StripeConnection } from "./connect-stripe";

/** What a person should know of a connection before anything is read: account, mode and address, and whether the key may do too much. */
export function connectionText({ account, apiBase, restricted }: StripeConnection): readonly string[] {
  const name =
    account.id === null ? "unknown (the key may not read it)" : [account.id, account.name].filter(Boolean).join(", ");
  const advice =
    "The key can change everything in that account. Better: a restricted key (rk_…) that may read subscriptions alone.";
  return [
    `Stripe account ${name}; ${account.livemode ? "live" : "test"} mode; API ${API_VERSION} at ${apiBase}.`,
    ...(restricted ? [] : [advice]),
  ];
}
