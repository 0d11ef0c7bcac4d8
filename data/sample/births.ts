/** Who subscribes, when and to what: the tenants' customers over two years, and what is planned for them. */

import { addMonths, at, busyness, DAY, HOUR, nextDayOfMonth } from "./calendar";
import { plansFor } from "./habits";
import { shortId } from "./ids";
import { firstMetadata } from "./metadata";
import { between, pick, pickWeighted, type Random, randomOf } from "./random";
import type { Birth, Customer, Planned } from "./stripe-subscription";
import { BEGIN, OLD_STARTER, PRICES, STRIPE_STARTED, TENANTS, type Tenant } from "./world";

/** First payments are settled one way or the other within this time. */
const PAYMENT_LIMIT = 23 * HOUR;

/** A customer with that number; some are deleted in Stripe one day. */
function customerOf(number: number, since: number): Customer {
  const random = randomOf(`customer ${number}`);
  const deletedAt = random() < 0.02 ? since + between(random, 30 * DAY, 500 * DAY) : null;
  return { id: shortId("cus", String(number)), number, deletedAt };
}

/** A subscription that is still to get its customer, price and plans. */
interface Start {
  readonly created: number;
  readonly tenant: Tenant;
  readonly source: "checkout" | "sales" | "partner" | "import";
  readonly begins: "active" | "trialing" | "by_chance";
}

/** Single sign-ups: more each month, and more when people work. */
function signUps(count: number, until: number): Start[] {
  const random = randomOf("sign-ups");
  const starts: Start[] = [];
  while (starts.length < count) {
    const created = BEGIN + Math.floor(random() * (until - BEGIN));
    const growth = 0.3 + (0.7 * (created - BEGIN)) / (until - BEGIN);
    if (random() >= growth * busyness(created)) continue;
    const source = pick(random, ["checkout", "checkout", "checkout", "sales", "partner"] as const);
    starts.push({ created, tenant: pickWeighted(random, TENANTS), source, begins: "by_chance" });
  }
  return starts;
}

/** Twice a month one tenant moves a group of its customers in: with a trial on the 1st, without on the 15th. */
function onboardings(until: number): Start[] {
  const random = randomOf("onboardings");
  const starts: Start[] = [];
  for (const [day, begins] of [
    ["01", "trialing"],
    ["15", "active"],
  ] as const) {
    for (let month = 0; month < 24; month++) {
      const morning = addMonths(at(`2024-11-${day}T09:00:00Z`), month);
      const isLast = month === 23;
      const failed = TENANTS.filter((tenant) => tenant.onFailedShard);
      const tenant = pickWeighted(random, isLast ? failed : TENANTS);
      for (let left = isLast ? 30 : between(random, 5, 18); left > 0; left--) {
        const created = morning + between(random, 0, 6 * HOUR);
        if (created < until) starts.push({ created, tenant, source: "import", begins });
      }
    }
  }
  return starts;
}

function firstStatus(random: Random, start: Start): Birth["begins"] {
  if (start.begins !== "by_chance") return start.begins;
  const chance = random();
  if (chance < 0.035 && start.created < STRIPE_STARTED - DAY) return "incomplete";
  return chance < 0.36 ? "trialing" : "active";
}

function firstPayment(random: Random, created: number): Planned {
  if (random() < 0.55) return { at: created + PAYMENT_LIMIT, action: "expire" };
  return { at: created + between(random, 300, 20 * HOUR), action: "pay_first" };
}

/**
 * Everyone who subscribes by chance before Unix seconds `until`, oldest first.
 * One in eight is a customer who has, or had, another subscription with the same tenant.
 */
export function birthsByChance(until: number): Birth[] {
  const starts = [...signUps(2310, until), ...onboardings(until)].sort((a, b) => a.created - b.created);
  const known = new Map<string, Customer[]>();
  return starts.map((start, index) => {
    const random = randomOf(`birth ${index}`);
    const { created, tenant } = start;
    const others = (known.get(tenant.id) ?? []).filter((each) => each.deletedAt === null);
    const returns = others.length > 0 && random() < 0.12;
    const customer = returns ? pick(random, others) : customerOf(index + 1, created);
    if (!returns) known.set(tenant.id, [...(known.get(tenant.id) ?? []), customer]);

    const price = pickWeighted(random, PRICES);
    const quantity = random() < 0.6 ? 1 : between(random, 2, 25);
    const begins = firstStatus(random, start);
    const anchored = begins === "active" && price.months === 1 && random() < 0.62;
    const planned = plansFor(random, created, price === OLD_STARTER, until);
    return {
      created,
      tenant,
      customer,
      price,
      quantity,
      metadata: firstMetadata(random, tenant, price, quantity, start.source),
      begins,
      anchor: anchored ? nextDayOfMonth(created, random() < 0.35 ? 1 : 15) : null,
      planned: begins === "incomplete" ? [...planned, firstPayment(random, created)] : planned,
      quiet: false,
    };
  });
}
