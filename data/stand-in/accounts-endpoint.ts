import type Stripe from "stripe";
import { reachableAccount, type Scope } from "./authorize";
import type { Parameters } from "./parameters";
import type { OpenAccount, World } from "./world";

/** `GET /v1/account`: the one the request is about. Source: https://docs.stripe.com/api/accounts/retrieve */
export function currentAccount(scope: Scope, parameters: Parameters): object {
  parameters.refuseOthers();
  return accountObject(scope.account);
}

/** `GET /v1/accounts/{id}`: the key's own or one connected to it. */
export function retrieveAccount(id: string, scope: Scope, parameters: Parameters, world: World): object {
  parameters.refuseOthers();
  const known = world.keys[scope.key];
  return known === undefined ? {} : accountObject(reachableAccount(id, scope.key, known, world));
}

/** An account has no `livemode`: what tells the mode is the key, or an object of the account. */
function accountObject({ id, name }: OpenAccount): Stripe.Account {
  return {
    id,
    object: "account",
    business_profile: {
      mcc: null,
      minority_owned_business_designation: null,
      name,
      specified_commercial_transactions_act_url: null,
      support_address: null,
      support_email: null,
      support_phone: null,
      support_url: null,
      url: null,
    },
    charges_enabled: true,
    country: "US",
    default_currency: "usd",
    details_submitted: true,
    email: null,
    payouts_enabled: true,
    type: "standard",
  };
}
