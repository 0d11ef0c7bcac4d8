import type Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StandIn } from "../../data/stand-in/stand-in";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { clientOf, DAY, errorOf, essence, smallAccount } from "./small-account";

let standIn: StandIn;
let client: Stripe;

beforeAll(async () => {
  standIn = await startStandIn({ accounts: [smallAccount()], now: () => DAY * 1000 });
  client = clientOf(standIn);
});
afterAll(() => standIn.close());

describe("the list of events, read by the real client", () => {
  it.each<[string, Stripe.EventListParams, string[]]>([
    ["of 30 days", { limit: 2 }, ["evt_1", "evt_2", "evt_3", "evt_4"]],
    ["whose deliveries failed", { delivery_success: false }, ["evt_2", "evt_3"]],
    ["that were delivered", { delivery_success: true }, ["evt_1", "evt_4"]],
    ["of a type", { type: "customer.subscription.deleted" }, ["evt_3"]],
    ["of every type that begins so", { type: "customer.*" }, ["evt_1", "evt_2", "evt_3", "evt_4"]],
    ["of types", { types: ["customer.subscription.deleted", "customer.subscription.updated"] }, ["evt_2", "evt_3"]],
    ["of types no one sent", { types: ["invoice.paid"] }, []],
    ["since a time", { created: { gte: DAY - 2 * 86_400 } }, ["evt_1", "evt_2"]],
    ["before Stripe forgets", { created: { lte: DAY - 30 * 86_400 } }, []],
  ])("%s", async (_, params, expected) => {
    const events = await client.events.list(params).autoPagingToArray({ limit: 100 });
    expect(events.map((each) => each.id)).toEqual(expected);
  });

  it("retrieves one, until it is 30 days old", async () => {
    expect((await client.events.retrieve("evt_2")).pending_webhooks).toBe(1);
    expect(essence(await errorOf(client.events.retrieve("evt_5")))).toEqual([
      "StripeInvalidRequestError",
      404,
      "resource_missing",
    ]);
  });

  it("refuses a type together with types, and a yes that is none", async () => {
    const both = { type: "a.b", types: ["c.d"] } as unknown as Stripe.EventListParams;
    expect((await errorOf(client.events.list(both))).param).toBe("types");
    const yes = { delivery_success: "yes" } as unknown as Stripe.EventListParams;
    expect((await errorOf(client.events.list(yes))).param).toBe("delivery_success");
  });
});
