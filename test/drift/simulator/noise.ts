/** Small differences that have nothing to do with each other, over the whole time. */

import { DAY } from "./calendar";
import type { Hooks, Sides } from "./fault";
import { longId } from "./ids";
import { between, pick, type Random, randomOf } from "./random";
import type { Row } from "./row";
import type { Snapshot } from "./subscription-event";
import type { World } from "./world";

/** Each makes one difference; null deletes the row. */
const SLIPS: readonly ((row: Row, s: Snapshot, random: Random, world: World) => Row | null)[] = [
  () => null,
  (row, s) => ({ ...row, status: s.status === "active" ? "past_due" : "active" }),
  (row, s) => ({ ...row, status: s.status === "canceled" ? "past_due" : "canceled" }),
  (row, s, random) => ({ ...row, quantity: s.quantity + between(random, 1, 3) }),
  (row, s, random) => ({ ...row, metadata: { ...s.metadata, note: `call back ${between(random, 1, 999)}` } }),
  (row, s, random) => ({ ...row, metadata: { ...s.metadata, seats: String(between(random, 41, 90)) } }),
  (row, s) => ({ ...row, cancel_at_period_end: !s.cancelAtPeriodEnd }),
  (row, s, random, world) => ({
    ...row,
    price_id: pick(
      random,
      world.company.prices.filter((price) => price !== s.price),
    ).id,
  }),
  (row, s) => ({ ...row, current_period_end: s.periodEnd + DAY }),
];

/** Loses the last event of so many subscriptions, whenever that was. */
export function loseEvents(world: World, count: number): Hooks {
  const random = randomOf(`lost events ${world.company.name}`);
  const ids = [...world.stripe.keys()];
  const chosen = new Set(Array.from({ length: count }, () => pick(random, ids)));
  const last = new Map<string, string>();
  for (const { key, subscription, at } of world.events) {
    if (chosen.has(subscription.id) && at < world.company.stripeAsOf - DAY) last.set(subscription.id, key);
  }
  const lost = new Set(last.values());
  return { deliver: ({ key }, usual) => (lost.has(key) ? null : usual) };
}

/** Adds so many random differences to the database's side, each to a row that agrees so far. */
export function addNoise(world: World, sides: Sides, count: number): Sides {
  const random = randomOf(`noise ${world.company.name}`);
  const database = new Map(sides.database);
  const ids = [...sides.stripe.keys()].filter((id) => database.has(id));
  for (let i = 0; i < count && ids.length > 0; i++) {
    const id = ids.splice(between(random, 0, ids.length - 1), 1)[0] ?? "";
    const row = database.get(id);
    const s = sides.stripe.get(id);
    if (row === undefined || s === undefined) continue;
    if (random() < 0.15) {
      const made = Math.floor(row.created_at / 1_000_000);
      const orphan = longId("sub", made, world.company.fragment, `orphan ${world.company.name} ${i}`);
      database.set(orphan, { ...row, id: orphan });
      continue;
    }
    const slipped = pick(random, SLIPS)(row, s, random, world);
    if (slipped === null) database.delete(id);
    else database.set(id, slipped);
  }
  return { ...sides, database };
}
