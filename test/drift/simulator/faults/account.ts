/** Two exports that do not belong together: of another mode, or of another account. */

import type { MakeFault } from "../fault";
import { longId, randomText } from "../ids";
import { mirror } from "../mirror";
import type { Row } from "../row";
import type { Snapshot } from "../subscription-event";
import { makeWorld, type World } from "../world";

/** Another world of the same age: the test mode, or another account. */
function otherWorld(world: World, what: string, options: { livemode: boolean; fragment: string }): World {
  const { name } = world.company;
  return makeWorld({ name: `${name} ${what}`, subscriptions: 240, decoys: false, times: world.company, ...options });
}

/** The Stripe export was made without --live; or the database is that of a test installation. */
export const modeMixup: MakeFault = (world, random) => {
  const isDatabase = random() < 0.35;
  return {
    code: "mode_mixup",
    from: null,
    to: null,
    shape: "flat",
    exports: (sides) => {
      const test = otherWorld(world, "test mode", { livemode: false, fragment: world.company.fragment });
      return isDatabase ? { ...sides, database: mirror(test, []).database } : { ...sides, stripe: test.stripe };
    },
  };
};

/**
 * One tenant's subscriptions are in another account than the one exported: all of them, or those made since it moved. Small
 * extents take a small tenant. In one case of eight the whole export is another account's.
 */
export const wrongAccount: MakeFault = (world, random, extent) => {
  const { begin, stripeAsOf, tenants } = world.company;
  const ranked = [...tenants].sort((a, b) => a.weight - b.weight);
  const tenant = ranked[Math.min(ranked.length - 1, Math.floor(extent * ranked.length))]?.id;
  const moved = random() < 0.4 ? Math.floor(begin + (stripeAsOf - begin) * (0.3 + 0.6 * random())) : null;
  const fragment = randomText(`other account ${random()}`, 10);
  if (random() < 0.125) {
    const { stripe } = otherWorld(world, "other account", { livemode: true, fragment });
    return { code: "wrong_account", from: null, to: null, shape: "flat", exports: (sides) => ({ ...sides, stripe }) };
  }
  const isElsewhere = (s: Snapshot): boolean => s.tenant === tenant && (moved === null || s.created >= moved);
  const elsewhere = new Map<string, string>();
  for (const { subscription: s } of world.events) {
    if (isElsewhere(s) && !elsewhere.has(s.id)) elsewhere.set(s.id, longId("sub", s.created, fragment, s.id));
  }
  return {
    code: "wrong_account",
    from: moved,
    to: null,
    shape: moved === null ? "flat" : "step",
    exports: (sides) => {
      const stripe = new Map([...sides.stripe].filter(([id]) => !elsewhere.has(id)));
      const database = [...sides.database.values()].map(
        (row): Row => ({ ...row, id: elsewhere.get(row.id) ?? row.id }),
      );
      return { ...sides, stripe, database: new Map(database.map((row) => [row.id, row])) };
    },
  };
};
