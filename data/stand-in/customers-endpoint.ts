import type Stripe from "stripe";
import type { Scope } from "./authorize";
import { listPage } from "./list-page";
import { ListedMap } from "./listed-map";
import type { Parameters } from "./parameters";
import { ALWAYS } from "./range";

/**
 * `GET /v1/customers`: those of the newest thousand subscriptions, enough to show that the key reads.
 *
 * Source: https://docs.stripe.com/api/customers/list
 */
export function listCustomers(scope: Scope, parameters: Parameters): object {
  const { listed, livemode } = scope.account;
  const customers = new ListedMap<Stripe.Customer>([]);
  for (let index = 0; index < Math.min(listed.count, 1000); index++) {
    const { customer, created } = listed.at(index);
    const id = typeof customer === "string" ? customer : customer.id;
    customers.set(id, customerObject(id, created, livemode));
  }
  return listPage(customers, parameters, "customer", ALWAYS, () => true);
}

function customerObject(id: string, created: number, livemode: boolean): Stripe.Customer {
  return {
    id,
    object: "customer",
    balance: 0,
    created,
    default_source: null,
    description: null,
    email: null,
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode,
    metadata: {},
    shipping: null,
  };
}
