import binomial from "@stdlib/stats-base-dists-binomial-cdf";
import { type Affected, type Evidence, isTouched } from "./evidence";
import { groupBy } from "./group-by";
import type { Window } from "./scan-window";

/** Tenants that a window hits while the others go on as ever. */
export interface Confinement {
  readonly tenants: readonly string[];
  /** Changes of these tenants in the window, and how many of them are missing. */
  readonly changes: number;
  readonly missing: number;
  /** Changes of all other tenants in the window, of which next to none is missing. */
  readonly spared: number;
}

const DAY = 86_400_000;
/** Chance misses so large a part of changes at most. */
const BACKGROUND = 0.01;
/** A tenant is hit when chance alone would miss as many of its changes less often than this. */
const BY_CHANCE = 0.15;
/** So many changes of other tenants have to have arrived. */
const LEAST_SPARED = 20;

/** Whether a window hits some tenants only, as when one of several workers or endpoints is down. Null when it hits all, or one cannot tell. */
export function findConfinement(
  affected: readonly Affected[],
  window: Window,
  { population }: Evidence,
): Confinement | null {
  const tenants = population?.get("tenant_id");
  if (tenants === undefined) return null;
  const missed = groupBy(
    affected.filter(
      (one) => one.changedAt !== null && one.changedAt >= window.from && one.changedAt <= window.to && !isTouched(one),
    ),
    ({ tenant }) => tenant ?? "",
  );
  const [first, last] = [Math.floor(window.from / DAY), Math.floor(window.to / DAY)];
  const hit: string[] = [];
  let [changes, missing, spared, stray] = [0, 0, 0, 0];
  for (const [tenant, cell] of tenants) {
    if (tenant === "" || tenant === "(rare)") continue;
    let changed = 0;
    for (const [day, count] of cell.changed) if (day >= first && day <= last) changed += count;
    const own = missed.get(tenant)?.length ?? 0;
    const isHit = own > 0 && 1 - binomial(own - 1, Math.max(own, changed), BACKGROUND) < BY_CHANCE;
    if (isHit) {
      hit.push(tenant);
      changes += Math.max(own, changed);
      missing += own;
    } else {
      spared += changed;
      stray += own;
    }
  }
  if (hit.length === 0 || spared < LEAST_SPARED || stray > 2 * BACKGROUND * spared) return null;
  return { tenants: hit.sort(), changes, missing, spared };
}
