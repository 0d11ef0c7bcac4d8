/** A company with all its subscriptions' events, before anything goes wrong. */

import { makeBirths } from "./births";
import { type Company, type CompanyOptions, makeCompany } from "./company";
import { live } from "./life";
import { randomOf } from "./random";
import type { Snapshot, SubscriptionEvent } from "./subscription-event";

/** What a world is made of. */
export interface WorldOptions extends Omit<CompanyOptions, "livemode"> {
  readonly name: string;
  readonly subscriptions: number;
  readonly livemode?: boolean;
  /** Share of subscriptions made by hand in the Dashboard. */
  readonly dashboardShare?: number;
  /** Share of subscriptions of customers who had one before. */
  readonly againShare?: number;
}

/** A world. The events are in the order in which the consumer usually handles them. */
export interface World {
  readonly company: Company;
  readonly events: readonly SubscriptionEvent[];
  /** The event that followed each event within seconds, by its key. */
  readonly followers: ReadonlyMap<string, SubscriptionEvent>;
  /** What Stripe's export shows. */
  readonly stripe: ReadonlyMap<string, Snapshot>;
}

/** Two events so close together are handled by two workers at the same moment. In seconds. */
const CLOSE = 8;

let last: { readonly key: string; readonly world: World } | null = null;

/** Simulates a company. The same options give the same world; the last one is kept, as one is often asked for again. */
export function makeWorld(options: WorldOptions): World {
  const key = JSON.stringify(options);
  if (last?.key !== key) last = { key, world: simulate(options) };
  return last.world;
}

function simulate(options: WorldOptions): World {
  const { name } = options;
  const company = makeCompany(name, { livemode: true, ...options });
  const random = randomOf(`shares ${name}`);
  const births = makeBirths(company, options.subscriptions, {
    dashboard: options.dashboardShare ?? 0.01 + 0.04 * random(),
    again: options.againShare ?? 0.03 + 0.08 * random(),
  });
  const events: SubscriptionEvent[] = [];
  const followers = new Map<string, SubscriptionEvent>();
  const stripe = new Map<string, Snapshot>();
  births.forEach((birth, i) => {
    const lived = live(company, birth, `${name}/${i}`);
    lived.forEach((event, number) => {
      const next = lived[number + 1];
      if (next !== undefined && next.at - event.at <= CLOSE) followers.set(event.key, next);
      if (event.at <= company.stripeAsOf) stripe.set(event.subscription.id, event.subscription);
      events.push(event);
    });
  });
  events.sort((a, b) => a.handled - b.handled);
  return { company, events, followers, stripe };
}
