/** What the sample's company sells, to whom, and what went wrong: every fixed fact of the incident. */

import { at } from "./calendar";
import { longId, shortId } from "./ids";

/** Where the two years begin. */
export const BEGIN = at("2024-11-01T00:00:00Z");

/** When the Stripe export started and finished: one page after the other, newest first. */
export const STRIPE_STARTED = at("2026-11-02T06:00:00Z");
export const STRIPE_FINISHED = at("2026-11-02T06:00:41Z");

/** The one instant the database export shows. */
export const DATABASE_SNAPSHOT = at("2026-11-02T06:03:00Z");

/** One of the app's customers, whose own customers subscribe. */
export interface Tenant {
  readonly id: string;
  /** Its share of all subscriptions, in no unit. */
  readonly weight: number;
  /** Its webhook events go through the shard that failed. */
  readonly onFailedShard: boolean;
  /** `checkout` stores a subscription once its first payment succeeded, `api` from the start. */
  readonly flow: "checkout" | "api";
  /** Some of its rows are written by a worker that still runs an older build. */
  readonly olderWorker: boolean;
  /** Its worker writes every metadata key it knows, empty where Stripe has none. */
  readonly fillsKeys: boolean;
}

/** Ranks by size of the nine tenants on the failed shard: large and small, not the largest. */
const FAILED_SHARD = [2, 3, 4, 6, 8, 11, 17, 25, 33];

/** The forty tenants. The largest has about 15 % of the subscriptions, the smallest about 1 %. */
export const TENANTS: readonly Tenant[] = Array.from({ length: 40 }, (_, index) => {
  const rank = index + 1;
  return {
    id: `tenant_${String(((rank * 17) % 40) + 1).padStart(3, "0")}`,
    weight: rank === 1 ? 15 : 40.7 / (rank + 4),
    onFailedShard: FAILED_SHARD.includes(rank),
    flow: rank % 4 === 0 ? "api" : "checkout",
    olderWorker: rank === 9 || rank === 21,
    fillsKeys: rank === 30,
  };
});

/** A tenant that was deleted after a trial of the app; its rows stayed behind. */
export const DELETED_TENANT = "tenant_041";

/** The incident: the shard answered 200 and dropped what it got, between these instants. */
export const INCIDENT = {
  from: at("2026-10-14T21:40:00Z"),
  to: at("2026-10-17T06:15:00Z"),
  tenants: TENANTS.filter((tenant) => tenant.onFailedShard)
    .map((tenant) => tenant.id)
    .sort(),
} as const;

/** A recurring price. Amounts are in the currency's smallest unit. */
export interface Price {
  readonly id: string;
  readonly key: string;
  readonly product: string;
  readonly currency: "usd" | "eur";
  readonly interval: "month" | "year";
  readonly months: 1 | 12;
  readonly unitAmount: number;
  readonly created: number;
  /** How often it is chosen, in no unit. */
  readonly weight: number;
}

function price(key: string, unitAmount: number, weight: number, created = "2024-09-12T09:30:00Z"): Price {
  const [plan = "", interval, currency] = key.split("-");
  return {
    id: longId("price", at(created), key),
    key,
    product: shortId("prod", plan),
    currency: currency === "eur" ? "eur" : "usd",
    interval: interval === "year" ? "year" : "month",
    months: interval === "year" ? 12 : 1,
    unitAmount,
    created: at(created),
    weight,
  };
}

/** The starter price of the first two years, replaced in October 2026. */
export const OLD_STARTER = price("starter-month-usd-2024", 1900, 26);

/** What the old starter price is moved to. Nobody gets it before the migration. */
export const NEW_STARTER = price("starter-month-usd-2026", 2400, 0, "2026-09-15T08:00:00Z");

/** All prices. */
export const PRICES: readonly Price[] = [
  OLD_STARTER,
  NEW_STARTER,
  price("growth-month-usd", 4900, 20),
  price("growth-month-eur", 4500, 13),
  price("growth-year-usd", 49000, 7),
  price("growth-year-eur", 45000, 5),
  price("scale-month-usd", 14900, 10),
  price("scale-month-eur", 13900, 8),
  price("scale-year-usd", 149000, 6),
  price("scale-year-eur", 139000, 5),
];

/** The price with that key. Throws where there is none. */
export function priceOf(key: string): Price {
  const found = PRICES.find((each) => each.key === key);
  if (found === undefined) throw new Error(`priceOf: no price ${key}`);
  return found;
}

/** The campaigns that touch many subscriptions, over weeks on either side of the incident. */
export const PRICE_MIGRATION = { from: at("2026-10-05T00:00:00Z"), to: at("2026-10-24T00:00:00Z"), share: 0.9 };
export const METADATA_CAMPAIGN = { from: at("2026-09-28T00:00:00Z"), to: at("2026-10-24T00:00:00Z"), share: 0.85 };

/** Every metadata key of this world. */
export const METADATA_KEYS = [
  "tenant_id",
  "plan_tier",
  "seats",
  "source",
  "order_ref",
  "campaign",
  "region",
  "auto_renew",
  "beta",
  "sales_ref",
  "contract_id",
  "note",
] as const;

/** Values that break a careless reader, writer or comparison. */
export const AWKWARD_NOTES: readonly string[] = [
  "Überweisung bestätigt, Rechnung folgt",
  '12" rack, 2 units',
  "First line\nsecond line",
  "請求書を郵送",
  'naïve "café"; déjà vu',
  "Скидка 10 %",
  "🚀 launch, phase 2",
  "it's a; list, of 'things'",
  "C:\\exports\\2026",
  "column\tcolumn",
];
