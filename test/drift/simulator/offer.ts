/** What a simulated company sells, to whom, and the scripts it runs over its subscriptions. */

import { busyTime, DAY, HOUR } from "./calendar";
import type { Price, Script, Tenant } from "./company";
import { longId } from "./ids";
import { between, pick, type Random } from "./random";

const TIERS = [
  ["starter", 1900, 30],
  ["growth", 4900, 24],
  ["scale", 14900, 12],
] as const;

/** Ten to sixty tenants; with decoys one of them has two fifths of all subscriptions. */
export function makeTenants(random: Random, decoys: boolean): Tenant[] {
  const count = between(random, 10, 60);
  const tenants = Array.from({ length: count }, (_, i) => ({
    id: `tenant_${String(i + 1).padStart(3, "0")}`,
    weight: 1 / (1.5 + (i % 7) + random() * 4),
  }));
  const dominant = between(random, 0, count - 1);
  if (!decoys) return tenants;
  const others = tenants.reduce((sum, { weight }, i) => sum + (i === dominant ? 0 : weight), 0);
  return tenants.map((tenant, i) => (i === dominant ? { ...tenant, weight: others * 0.67 } : tenant));
}

/** Prices as old as the company, and some made later. */
export function makePrices(random: Random, fragment: string, begin: number, until: number, decoys: boolean): Price[] {
  const make = (key: string, amount: number, weight: number, created: number): Price => {
    const currency = key.includes("-eur") ? "eur" : "usd";
    const months = key.includes("-year") ? 12 : 1;
    return {
      id: longId("price", created, fragment, `${fragment} ${key}`),
      key,
      currency,
      months,
      amount,
      created,
      weight,
    };
  };
  const old = begin - between(random, 5, 300) * DAY;
  const prices = TIERS.flatMap(([tier, amount, weight], rank) => [
    make(`${tier}-month-usd`, amount, decoys && rank === 1 ? 110 : weight, old),
    make(`${tier}-month-eur`, amount - 100, weight / 2, old + HOUR),
    make(`${tier}-year-usd`, amount * 10, weight / 4, old + 2 * HOUR),
  ]);
  for (let i = between(random, 2, 4); i > 0; i--) {
    const [tier, amount, weight] = pick(random, TIERS);
    const created = busyTime(random, begin + (until - begin) * 0.2, until - 5 * DAY);
    prices.push(make(`${tier}-month-usd-v${i + 1}`, amount + 500, weight * (0.5 + 2 * random()), created));
  }
  return prices;
}

/** One to four scripts that edit metadata. */
export function makeScripts(random: Random, begin: number, until: number): Script[] {
  return Array.from({ length: between(random, 1, 4) }, (_, i) => ({
    at: busyTime(random, begin + (until - begin) * 0.3, until - 2 * DAY),
    seconds: between(random, 1, 8) * HOUR,
    share: 0.05 + 0.5 * random(),
    key: pick(random, ["campaign", "cohort", "plan_tier", "sales_region"]),
    value: `batch-${i + 1}-${between(random, 100, 999)}`,
  }));
}
