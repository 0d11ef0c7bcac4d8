/** How much of a fault there has to be. */

import type { CauseCode } from "../../../src/drift/cause-codes";
import type { Fault, Sides } from "./fault";
import { FAULTS } from "./faults/all-faults";
import { mirror } from "./mirror";
import { lot, randomOf } from "./random";
import { differenceOf } from "./row";
import type { World } from "./world";

/** Each subscription that differs between the two sides, and how. */
export function differences(sides: Sides): Map<string, string> {
  const found = new Map<string, string>();
  for (const [id, s] of sides.stripe) {
    const difference = differenceOf(s, sides.database.get(id));
    if (difference !== "") found.set(id, difference);
  }
  for (const [id, row] of sides.database) {
    if (!sides.stripe.has(id)) found.set(id, differenceOf(undefined, row));
  }
  return found;
}

/** The subscriptions that differ on these sides and do not, or not that way, where nothing went wrong. */
export function affectedIds(sides: Sides, clean: ReadonlyMap<string, string>): string[] {
  return [...differences(sides)].flatMap(([id, difference]) => (clean.get(id) === difference ? [] : [id])).sort();
}

/** A fault with what it affects when nothing else is wrong. */
export interface TunedFault {
  readonly fault: Fault;
  readonly ids: readonly string[];
}

const TRIES = 8;

/** An incident of fewer subscriptions than this is none. */
const FEW = 5;

/** Close enough to the size asked for, as a logarithm. */
const CLOSE_ENOUGH = 0.08;

/** Halves the span of extents again and again until about as many subscriptions are affected as were asked for. */
export function tuneFault(
  world: World,
  code: CauseCode,
  size: number | undefined,
  clean: ReadonlyMap<string, string>,
): TunedFault {
  const name = `${code} ${world.company.name}`;
  const tryOut = (extent: number): TunedFault => {
    const fault = FAULTS[code](world, randomOf(name), extent);
    return { fault, ids: affectedIds(mirror(world, [fault]), clean) };
  };
  if (size === undefined) {
    const some = tryOut(lot(`extent ${name}`) < 0.3 ? 1 : 0.25 + 0.6 * lot(`partly ${name}`));
    return some.ids.length < FEW ? tryOut(1) : some;
  }
  let [low, high] = [0, 1];
  let best = tryOut(1);
  const distance = ({ ids }: TunedFault): number => Math.abs(Math.log((ids.length + 0.5) / (size + 0.5)));
  for (let i = 0; i < TRIES && distance(best) > CLOSE_ENOUGH; i++) {
    const extent = (low + high) / 2;
    const tried = tryOut(extent);
    if (distance(tried) < distance(best)) best = tried;
    if (tried.ids.length < size) low = extent;
    else high = extent;
  }
  return best;
}
