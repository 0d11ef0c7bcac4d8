/** A price that the app does not know. */

import type { MakeFault } from "../fault";
import { pick } from "../random";

/**
 * One of the prices made later is missing in the app's list of plans. What the consumer does about it is one of: fail and write
 * nothing, leave the price empty, keep the old one (or the first of the list for a new row).
 */
export const priceUnmapped: MakeFault = (world, random, extent) => {
  const { begin, prices, stripeAsOf } = world.company;
  const used = new Map<string, number>();
  for (const s of world.stripe.values()) used.set(s.price.id, (used.get(s.price.id) ?? 0) + 1);
  const later = prices
    .filter((price) => price.created > begin && price.created < stripeAsOf)
    .sort((a, b) => (used.get(a.id) ?? 0) - (used.get(b.id) ?? 0));
  const price = later[Math.min(later.length - 1, Math.floor(extent * later.length))];
  const reaction = pick(random, ["fail", "empty", "old"] as const);
  const known = prices[0]?.id ?? null;
  return {
    code: "price_unmapped",
    from: price?.created ?? null,
    to: null,
    shape: "step",
    writes: (written, _event, row) => {
      if (written.price_id !== price?.id) return written;
      if (reaction === "fail") return null;
      return { ...written, price_id: reaction === "empty" ? null : (row?.price_id ?? known) };
    },
  };
};
