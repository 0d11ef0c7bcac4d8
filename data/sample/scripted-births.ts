/** The births of the subscriptions that are written by hand. */

import { at } from "./calendar";
import { shortId } from "./ids";
import { firstMetadata } from "./metadata";
import { randomOf } from "./random";
import { SCRIPTS } from "./scripts";
import type { Birth } from "./stripe-subscription";
import { priceOf, TENANTS } from "./world";

/** A birth with the name of its script. */
export interface ScriptedBirth extends Birth {
  readonly key: string;
}

/** Customer numbers from here on belong to scripts. */
const FIRST_NUMBER = 9001;

/** Tenants where nothing else is going on. */
const ORDINARY = TENANTS.filter(
  (tenant) => !tenant.onFailedShard && !tenant.olderWorker && !tenant.fillsKeys && tenant.flow === "checkout",
);

/** All scripts as births. Nothing happens to them by chance. */
export function scriptedBirths(): ScriptedBirth[] {
  return SCRIPTS.map((script, index) => {
    const number =
      FIRST_NUMBER +
      (script.customerOf === undefined ? index : SCRIPTS.findIndex((each) => each.key === script.customerOf));
    const tenant = script.tenant ?? ORDINARY[index % ORDINARY.length];
    if (tenant === undefined) throw new Error(`scriptedBirths: no tenant for ${script.key}`);
    const price = priceOf(script.price ?? (index % 2 === 0 ? "growth-month-usd" : "growth-month-eur"));
    const quantity = 1 + (index % 5);
    return {
      key: script.key,
      created: at(script.created),
      tenant,
      customer: { id: shortId("cus", String(number)), number, deletedAt: null },
      price,
      quantity,
      metadata: script.metadata ?? firstMetadata(randomOf(`script ${script.key}`), tenant, price, quantity, "sales"),
      begins: script.begins ?? "active",
      anchor: null,
      planned: script.planned ?? [],
      quiet: true,
      ...(script.delay === undefined ? {} : { delay: script.delay }),
    };
  });
}
