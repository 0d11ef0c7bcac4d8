/** A Stripe export that holds only a part. */

import type { MakeFault } from "../fault";

/** Only the newest pages of a hundred were exported; the list says so in one case of three. */
export const truncatedExport: MakeFault = (_world, random, extent) => {
  const tells = random() < 0.33;
  return {
    code: "truncated_export",
    from: null,
    to: null,
    shape: "flat",
    exports: (sides) => {
      const newest = [...sides.stripe.values()].sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
      const pages = Math.max(1, Math.round(((1 - 0.95 * extent) * newest.length) / 100));
      const kept = newest.slice(0, pages * 100);
      return { ...sides, stripe: new Map(kept.map((s) => [s.id, s])), hasMore: tells && kept.length < newest.length };
    },
  };
};

/** The export was made without `--status all`. Whether such a list shows expired ones is not documented: both occur. */
export const canceledHidden: MakeFault = (_world, random) => {
  const hidesExpired = random() < 0.5;
  return {
    code: "canceled_hidden",
    from: null,
    to: null,
    shape: "flat",
    exports: (sides) => {
      const shown = [...sides.stripe].filter(
        ([, { status }]) => status !== "canceled" && !(hidesExpired && status === "incomplete_expired"),
      );
      return { ...sides, stripe: new Map(shown) };
    },
  };
};
