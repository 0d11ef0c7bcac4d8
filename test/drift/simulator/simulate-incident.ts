import type { CauseCode } from "../../../src/drift/cause-codes";
import { iso } from "./calendar";
import { printDatabase } from "./database-export";
import type { Fault } from "./fault";
import { mirror } from "./mirror";
import { addNoise, loseEvents } from "./noise";
import { between, lot, randomOf } from "./random";
import { printStripe } from "./stripe-export";
import { differences, tuneFault } from "./tune";
import { makeWorld, type WorldOptions } from "./world";

/** What to simulate. */
export interface IncidentOptions {
  readonly seed: number;
  /** None for noise alone. */
  readonly causes: readonly CauseCode[];
  /** How many subscriptions Stripe has. */
  readonly subscriptions: number;
  /** About how many subscriptions each cause should affect; what the seed brings when not given. */
  readonly size?: number;
  /** Unrelated differences: how many, or below 1 their share of all subscriptions. A handful when not given. */
  readonly noise?: number;
  /** One tenant with about 40 % of all subscriptions and one popular price. On when not given. */
  readonly decoys?: boolean;
}

/** One cause as it really was. Times are ISO 8601 in UTC. */
export interface TrueCause {
  readonly code: CauseCode;
  readonly from: string | null;
  readonly to: string | null;
  readonly shape: Fault["shape"];
  /** The subscriptions that differ because of it, sorted. */
  readonly ids: readonly string[];
}

/** Two exports, and what happened. */
export interface Incident {
  /** The Stripe export: a list of the API, or one subscription a line. */
  readonly stripe: string;
  /** The database export, CSV. */
  readonly database: string;
  readonly stripeAsOf: string;
  readonly databaseAsOf: string;
  readonly truth: { readonly causes: readonly TrueCause[] };
}

/** What has to be there for the causes that need it: customers of two, subscriptions made by hand, unpaid ones. */
function needsOf({ causes, size, subscriptions }: IncidentOptions): Partial<WorldOptions> {
  const share = size === undefined ? 0.1 : Math.min(0.5, Math.max(0.01, (1.2 * size) / subscriptions));
  return {
    ...(causes.includes("several_subscriptions_per_customer") ? { againShare: share } : {}),
    ...(causes.includes("customer_mapping_missing") ? { dashboardShare: 1.5 * share } : {}),
    ...(causes.includes("dunning_untracked") ? { keepsUnpaid: true } : {}),
  };
}

/**
 * Simulates the mechanism of an incident: the lives of subscriptions, the events they make, a consumer that mirrors them into a
 * table, and what goes wrong on the way. The same options give the same bytes.
 */
export function simulateIncident(options: IncidentOptions): Incident {
  const { seed, causes, subscriptions, size, decoys = true } = options;
  const name = `seed ${seed}`;
  const world = makeWorld({ name, subscriptions, decoys, ...needsOf(options) });
  const clean = differences(mirror(world, []));
  const tuned = causes.map((code) => tuneFault(world, code, size, clean));
  const noise = options.noise ?? between(randomOf(`handful ${name}`), 2, 8);
  const slips = noise < 1 ? Math.round(noise * subscriptions) : noise;
  const lost = Math.round(slips / 3);
  const struck = mirror(world, [...tuned.map(({ fault }) => fault), loseEvents(world, lost)]);
  const sides = addNoise(world, struck, slips - lost);
  const differing = differences(sides);
  return {
    stripe: printStripe(sides, lot(`format ${name}`) < 0.5),
    database: printDatabase(sides.database.values()),
    stripeAsOf: iso(world.company.stripeAsOf),
    databaseAsOf: iso(world.company.databaseAsOf),
    truth: {
      causes: tuned.map(({ fault, ids }) => ({
        code: fault.code,
        from: fault.from === null ? null : iso(fault.from),
        to: fault.to === null ? null : iso(fault.to),
        shape: fault.shape,
        ids: ids.filter((id) => differing.has(id)),
      })),
    },
  };
}
