import { readFileSync } from "node:fs";
import { join } from "node:path";
import Stripe from "stripe";
import { describe, expect, expectTypeOf, it } from "vitest";
import { makePrice } from "../../data/stand-in/make-price";
import { makeSubscription } from "../../data/stand-in/make-subscription";
import { sampleWorld } from "../../data/stand-in/sample-world";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { CURRENT_VERSION, keyOf } from "../../data/stand-in/world";
import { clientOf } from "./small-account";

const FILE = join(__dirname, "..", "..", "data", "stripe_subscriptions.json");

describe("the sample's world", () => {
  it("is held by the compiler against the client's own declarations", () => {
    expectTypeOf(makeSubscription).returns.toEqualTypeOf<Stripe.Subscription>();
    expectTypeOf(sampleWorld).returns.toHaveProperty("accounts");
    const price = makePrice({ id: "price_1", created: 1, livemode: true, unit_amount: 100 });
    const seed = { id: "sub_1", created: 1, customer: "cus_1", price };
    // @ts-expect-error a time is a number of seconds
    makeSubscription({ ...seed, canceled_at: "2026-11-02T06:00:00Z" });
    // @ts-expect-error the period is no longer a field of the subscription
    makeSubscription({ ...seed, current_period_end: 1 });
    // @ts-expect-error a subscription has a customer
    makeSubscription({ id: "sub_1", created: 1, price });
    expect(Object.keys(makeSubscription(seed))).toHaveLength(46);
    expect(CURRENT_VERSION).toBe(Stripe.API_VERSION);
  });

  it("shows each subscription of the file, and all that the file says of it, to the real client", async () => {
    const world = sampleWorld();
    const standIn = await startStandIn(world);
    const [account] = world.accounts;
    if (account === undefined) throw new Error("The sample has no account.");
    const client = clientOf(standIn, keyOf(account), { apiVersion: "2026-10-28.endive" });
    const listed = await client.subscriptions.list({ status: "all", limit: 100 }).autoPagingToArray({ limit: 10_000 });
    const text = readFileSync(FILE, "utf8")
      .trim()
      .replaceAll(/^\}\n\{/gm, "},{");
    const filed = (JSON.parse(`[${text}]`) as { data: Stripe.Subscription[] }[]).flatMap((page) => page.data);
    expect(filed.length).toBeGreaterThan(2900);
    expect(listed.map((each) => each.id)).toEqual(filed.map((each) => each.id));
    const shown = JSON.parse(JSON.stringify(listed)) as Stripe.Subscription[];
    for (const [index, expected] of filed.entries()) {
      const { items, ...own } = expected;
      expect(shown[index]).toMatchObject(own);
      expect(shown[index]?.items.data).toMatchObject(items.data);
    }
    await standIn.close();
  });

  it("has events of which Stripe delivered all but those it was still retrying", async () => {
    const standIn = await startStandIn(sampleWorld());
    const [key] = Object.keys(standIn.keys);
    const events = clientOf(standIn, key).events;
    const failed = await events.list({ delivery_success: false, limit: 100 });
    expect(failed.data.map((each) => each.type).sort()).toEqual([
      "customer.subscription.created",
      "customer.subscription.created",
      "customer.subscription.created",
      "customer.subscription.deleted",
      "customer.subscription.updated",
      "customer.subscription.updated",
    ]);
    const delivered = await events.list({ delivery_success: true }).autoPagingToArray({ limit: 10_000 });
    expect(delivered.length).toBeGreaterThan(500);
    await standIn.close();
  });
});
