/** Who subscribes, when and to what. */

import { busyness, DAY } from "./calendar";
import type { Company, Price } from "./company";
import { shortId } from "./ids";
import { between, pick, pickWeighted, type Random, randomOf } from "./random";
import type { Snapshot } from "./subscription-event";

/** A subscription at its creation. */
export interface Birth {
  readonly created: number;
  readonly tenant: string;
  readonly customer: string;
  readonly source: Snapshot["source"];
  readonly price: Price;
  readonly quantity: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** How often two things happen among the new subscriptions. */
export interface BirthShares {
  /** A customer who has, or had, another subscription. */
  readonly again: number;
  /** Made by hand in the Dashboard. */
  readonly dashboard: number;
}

/** So many sign-ups, oldest first: more each month, more when people work, and one campaign that brings many at once. */
function signUps(random: Random, company: Company, count: number): number[] {
  const span = company.databaseAsOf - company.begin;
  const campaign = company.begin + span * (0.2 + 0.7 * random());
  const growth = random();
  const times: number[] = [];
  while (times.length < count) {
    const inCampaign = random() < 0.04;
    const time = Math.floor(inCampaign ? campaign + random() * 3 * DAY : company.begin + random() * span);
    if (time >= company.databaseAsOf - 30) continue;
    const wanted = inCampaign ? 1 : 1 - growth + (growth * (time - company.begin)) / span;
    if (random() < wanted * busyness(time)) times.push(time);
  }
  return times.sort((a, b) => a - b);
}

/** The births of a company, oldest first. */
export function makeBirths(company: Company, count: number, shares: BirthShares): Birth[] {
  const known = new Map<string, string[]>();
  return signUps(randomOf(`sign-ups ${company.name}`), company, count).map((created, i) => {
    const random = randomOf(`birth ${company.name} ${i}`);
    const tenant = pickWeighted(random, company.tenants).id;
    const others = known.get(tenant) ?? [];
    const isAgain = others.length > 0 && random() < shares.again;
    const isByHand = !isAgain && random() < shares.dashboard;
    const customer = isAgain ? pick(random, others) : shortId("cus", `${company.name} ${i}`);
    if (!isAgain && !isByHand) known.set(tenant, [...others, customer]);
    const offered = company.prices.filter((price) => price.created <= created);
    const price = pickWeighted(random, offered);
    const quantity = random() < 0.6 ? 1 : between(random, 2, 25);
    const source = isByHand ? "dashboard" : random() < 0.7 ? "checkout" : "api";
    const metadata = source === "dashboard" ? byHand(random) : byApp(random, tenant, price, quantity, source);
    return { created, tenant, customer, source, price, quantity, metadata };
  });
}

function byHand(random: Random): Birth["metadata"] {
  return random() < 0.6 ? {} : { contract: `C-${between(random, 1000, 9999)}` };
}

function byApp(random: Random, tenant: string, price: Price, seats: number, source: string): Birth["metadata"] {
  return {
    tenant_id: tenant,
    plan_tier: price.key.split("-")[0] ?? "",
    source,
    ...(random() < 0.5 ? { seats: String(seats) } : {}),
    ...(random() < 0.4 ? { order_ref: `ORD-${between(random, 10_000, 99_999)}` } : {}),
    ...(random() < 0.3 ? { region: pick(random, ["us-east", "us-west", "eu-central"]) } : {}),
  };
}
