/** Where and since when a fault is at work. */

import { DAY } from "../calendar";
import { lot, type Random } from "../random";
import type { SubscriptionEvent } from "../subscription-event";
import type { World } from "../world";

/** When a fault began and which of the events it concerns. */
export interface Scope {
  /** Unix seconds; null when it is as old as the table. */
  readonly from: number | null;
  readonly shape: "step" | "flat";
  readonly holds: (event: SubscriptionEvent) => boolean;
}

/**
 * Since a deployment: the more extent, the longer ago. The latest is an hour before the exports. One deployment of three reaches
 * only the workers of some tenants.
 */
export function sinceDeployment(world: World, random: Random, extent: number): Scope & { readonly from: number } {
  const { begin, stripeAsOf } = world.company;
  const shard = random() < 0.33 ? shardOf(world, random, 0.3 + 0.4 * random()) : null;
  // Squared, so that small extents are told apart: most subscriptions changed lately.
  const from = Math.floor(stripeAsOf - 3600 - extent ** 2 * (stripeAsOf - begin - 30 * DAY));
  return {
    from,
    shape: "step",
    holds: (event) => event.at >= from && (shard === null || shard.has(event.subscription.tenant)),
  };
}

/** Tenants whose events go the same way through the app, adding up to about that share of all. */
export function shardOf(world: World, random: Random, share: number): ReadonlySet<string> {
  const salt = random();
  const { tenants } = world.company;
  const all = tenants.reduce((sum, { weight }) => sum + weight, 0);
  const shard = new Set<string>();
  let weight = 0;
  for (const tenant of [...tenants].sort((a, b) => lot(`${salt} ${a.id}`) - lot(`${salt} ${b.id}`))) {
    if (shard.size > 0 && weight + tenant.weight > share * all + 1e-9) continue;
    shard.add(tenant.id);
    weight += tenant.weight;
  }
  return shard;
}

/** As old as the table: for every tenant, or for those whose events one shard handles. */
export function sinceLaunch(world: World, random: Random, extent: number): Scope {
  const shard = shardOf(world, random, extent);
  return { from: null, shape: "flat", holds: (event) => shard.has(event.subscription.tenant) };
}

/** Half of the time since a deployment, else since the launch. */
export function sinceEither(world: World, random: Random, extent: number): Scope {
  return random() < 0.5 ? sinceDeployment(world, random, extent) : sinceLaunch(world, random, extent);
}
