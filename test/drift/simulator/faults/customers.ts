/** Faults in how subscriptions belong to customers. */

import type { MakeFault } from "../fault";
import { lot, pick } from "../random";

/** The consumer fails on a customer it has no row of: those made by hand in the Dashboard. */
export const customerMappingMissing: MakeFault = (world, random, extent) => {
  const { begin, stripeAsOf } = world.company;
  const salt = random();
  const from = random() < 0.4 ? Math.floor(begin + (stripeAsOf - begin) * (0.2 + 0.6 * random())) : null;
  return {
    code: "customer_mapping_missing",
    from,
    to: null,
    shape: from === null ? "flat" : "step",
    ignores: ({ subscription: s }) =>
      s.source === "dashboard" && (from === null || s.created >= from) && lot(`known ${salt} ${s.customer}`) < extent,
  };
};

/** The table holds one row a customer; a second subscription takes its place, is left out, or is written under the first one's id. */
export const severalSubscriptionsPerCustomer: MakeFault = (_world, random) => ({
  code: "several_subscriptions_per_customer",
  from: null,
  to: null,
  shape: "flat",
  perCustomer: pick(random, ["overwrite", "ignore", "keep_id"]),
});
