/** What the app writes into a subscription's metadata. Stripe keeps strings and has no empty values. */

import { between, pick, type Random } from "./random";
import { AWKWARD_NOTES, type Price, type Tenant } from "./world";

type Metadata = Readonly<Record<string, string>>;

const REGIONS = ["eu-west", "eu-central", "us-east", "us-west", "ap-south"];

/** Leading zeros matter: `0412` is a text, not a number. */
function salesRef(random: Random): string {
  return String(between(random, 1, 980)).padStart(4, "0");
}

/** The metadata a new subscription gets: the tenant, the plan, the source and up to six more. */
export function firstMetadata(
  random: Random,
  tenant: Tenant,
  price: Price,
  quantity: number,
  source: string,
): Metadata {
  const metadata: Record<string, string> = {
    tenant_id: tenant.id,
    plan_tier: price.key.split("-")[0] ?? "",
    source,
  };
  if (random() < 0.8) metadata.seats = String(quantity);
  if (random() < 0.5) metadata.order_ref = `ORD-${between(random, 10000, 99999)}`;
  if (random() < 0.35) metadata.region = pick(random, REGIONS);
  if (random() < 0.3) metadata.auto_renew = "true";
  if (random() < 0.12) metadata.beta = "true";
  if (source === "sales") metadata.sales_ref = salesRef(random);
  if (random() < 0.06) metadata.contract_id = `C-${between(random, 100, 999)}/${between(random, 1, 9)}`;
  if (random() < 0.015) metadata.note = pick(random, AWKWARD_NOTES);
  return metadata;
}

/** The metadata after someone changed one key of it: set, replaced or removed. A `note` sets that note. */
export function changeMetadata(random: Random, metadata: Metadata, note?: string): Metadata {
  if (note !== undefined) return { ...metadata, note };
  const { sales_ref: held, ...rest } = metadata;
  switch (between(random, 0, 6)) {
    case 0:
      return { ...metadata, order_ref: `ORD-${between(random, 100000, 999999)}` };
    case 1:
      return held === undefined ? { ...metadata, sales_ref: salesRef(random) } : rest;
    case 2:
      return {
        ...metadata,
        region: pick(
          random,
          REGIONS.filter((region) => region !== metadata.region),
        ),
      };
    case 3:
      return { ...metadata, auto_renew: metadata.auto_renew === "true" ? "false" : "true" };
    case 4:
      return { ...metadata, beta: metadata.beta === "true" ? "false" : "true" };
    case 5:
      return { ...metadata, contract_id: `C-${between(random, 1000, 9999)}/${between(random, 1, 9)}` };
    default:
      return { ...metadata, seats: String(between(random, 1, 60) + Number(metadata.seats ?? 0)) };
  }
}
