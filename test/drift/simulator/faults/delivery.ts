/** Faults between Stripe and the consumer: events that never come, or come in the wrong order. */

import { DAY, HOUR } from "../calendar";
import type { MakeFault } from "../fault";
import { between, lot } from "../random";
import { shardOf } from "./scope";

/** The endpoint took nothing, or only a part, for a few hours to days; that ended before the exports. */
export const missedWebhooks: MakeFault = (world, random, extent) => {
  const farthest = random() < 0.5 ? between(random, 2, 12) : between(random, 12, 100);
  const share = random() < 0.5 ? 1 : 0.6 + 0.4 * random();
  const shard = random() < 0.3 ? shardOf(world, random, 0.3 + 0.4 * random()) : null;
  // First the window grows from 3 hours to 5 days, then it moves nearer to the exports.
  const length = Math.round(3 * HOUR * 40 ** Math.min(1, extent / 0.7));
  const gap = Math.round((farthest * Math.min(1, (1 - extent) / 0.3) + 1) * DAY * (0.9 + 0.1 * random()));
  const to = Math.max(world.company.begin + 2 * length, world.company.stripeAsOf - gap);
  const from = to - length;
  const isLost = (at: number, tenant: string, key: string): boolean =>
    at >= from && at < to && (shard === null || shard.has(tenant)) && lot(`missed ${key}`) < share;
  return {
    code: "missed_webhooks",
    from,
    to,
    shape: "burst",
    deliver: (event, usual) => (isLost(event.at, event.subscription.tenant, event.key) ? null : usual),
  };
};

/** From a rotation of the secret on nearly every event is refused, up to the exports. */
export const webhookSecretRotated: MakeFault = (world, random, extent) => {
  const from = Math.floor(world.company.stripeAsOf - 4 * HOUR - extent ** 2 * 90 * DAY);
  const share = 0.96 + 0.04 * random();
  return {
    code: "webhook_secret_rotated",
    from,
    to: null,
    shape: "step",
    deliver: (event, usual) => (event.at >= from && lot(`refused ${event.key}`) < share ? null : usual),
  };
};

/** Of two events within seconds the older is sometimes handled after the newer, and its state wins. */
export const eventsOutOfOrder: MakeFault = (world, random, extent) => {
  const salt = random();
  return {
    code: "events_out_of_order",
    from: null,
    to: null,
    shape: "flat",
    deliver: (event, usual) => {
      const next = world.followers.get(event.key);
      if (next === undefined || lot(`order ${salt} ${event.key}`) >= extent) return usual;
      return next.handled + 300_000 + Math.floor(5_000_000 * lot(`late ${event.key}`));
    },
  };
};
