/** The simulated company: what it sells, to whom, since when, and the habits of its customers. */

import { DAY } from "./calendar";
import { randomText } from "./ids";
import { makePrices, makeScripts, makeTenants } from "./offer";
import { between, pick, randomOf } from "./random";

/** A recurring price. The amount is in the currency's smallest unit. */
export interface Price {
  readonly id: string;
  readonly key: string;
  readonly currency: "usd" | "eur";
  readonly months: 1 | 12;
  readonly amount: number;
  readonly created: number;
  /** How often it is chosen, in no unit. */
  readonly weight: number;
}

/** One of the app's customers, whose own customers subscribe. */
export interface Tenant {
  readonly id: string;
  readonly weight: number;
}

/** A script that edits the metadata of many subscriptions within hours. */
export interface Script {
  readonly at: number;
  readonly seconds: number;
  readonly share: number;
  readonly key: string;
  readonly value: string;
}

/** Everything fixed about one simulated company. Times are Unix seconds. */
export interface Company {
  readonly name: string;
  readonly livemode: boolean;
  /** The ten characters that all its long ids share. */
  readonly fragment: string;
  readonly begin: number;
  readonly stripeAsOf: number;
  readonly databaseAsOf: number;
  readonly tenants: readonly Tenant[];
  readonly prices: readonly Price[];
  readonly scripts: readonly Script[];
  readonly trialShare: number;
  readonly trialDays: number;
  /** Share of sign-ups that are created incomplete and paid a few seconds later. */
  readonly checkoutShare: number;
  readonly failureShare: number;
  /** What becomes of a subscription whose payment failed for good. */
  readonly afterDunning: "canceled" | "unpaid" | "past_due";
  /** Mean days between two such events of one subscription. */
  readonly churnDays: number;
  readonly pauseDays: number;
  readonly metadataDays: number;
  readonly planDays: number;
  /** The consumer inserts a row for an event of an id it does not know, instead of leaving it. */
  readonly upserts: boolean;
  /** The consumer deletes the row of a subscription whose first payment never succeeded. */
  readonly dropsExpired: boolean;
}

/** What may be given from outside; the name decides the rest. */
export interface CompanyOptions {
  readonly decoys: boolean;
  readonly livemode: boolean;
  readonly fragment?: string | undefined;
  /** Subscriptions whose payment failed for good are not canceled. */
  readonly keepsUnpaid?: boolean | undefined;
  /** As old, and exported at the same time, as another company. */
  readonly times?: Pick<Company, "begin" | "stripeAsOf" | "databaseAsOf"> | undefined;
}

/** The company of that name. Decoys: one tenant has about 40 % of all subscriptions, one price is most popular. */
export function makeCompany(name: string, options: CompanyOptions): Company {
  const random = randomOf(`company ${name}`);
  const lately = Date.UTC(2025, 5, 1) / 1000 + between(random, 0, 540 * DAY);
  const {
    stripeAsOf = lately,
    begin = lately - between(random, 12, 30) * 30 * DAY,
    databaseAsOf = lately + between(random, 60, 600),
  } = options.times ?? {};
  const fragment = options.fragment ?? randomText(`fragment ${name}`, 10);
  const span = [begin, stripeAsOf] as const;
  return {
    name,
    livemode: options.livemode,
    fragment,
    begin,
    stripeAsOf,
    databaseAsOf,
    tenants: makeTenants(random, options.decoys),
    prices: makePrices(random, fragment, ...span, options.decoys),
    scripts: makeScripts(random, ...span),
    trialShare: 0.15 + 0.25 * random(),
    trialDays: pick(random, [7, 14, 30]),
    checkoutShare: 0.2 + 0.7 * random(),
    failureShare: 0.03 + 0.05 * random(),
    afterDunning: pick(
      random,
      options.keepsUnpaid === true ? ["unpaid", "past_due"] : ["canceled", "unpaid", "past_due", "canceled"],
    ),
    churnDays: between(random, 350, 900),
    pauseDays: between(random, 500, 1500),
    metadataDays: between(random, 90, 400),
    planDays: between(random, 250, 600),
    upserts: random() < 0.5,
    dropsExpired: random() < 0.5,
  };
}
