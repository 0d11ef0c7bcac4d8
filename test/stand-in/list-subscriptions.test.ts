import type Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StandIn } from "../../data/stand-in/stand-in";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { clientOf, DAY, errorOf, essence, smallAccount } from "./small-account";

let standIn: StandIn;
let client: Stripe;

beforeAll(async () => {
  standIn = await startStandIn({ accounts: [smallAccount()] });
  client = clientOf(standIn);
});
afterAll(() => standIn.close());

/** `sub_0012` … `sub_0010`, the newest first. */
function ids(from: number, to: number, step = 1): string[] {
  const all: string[] = [];
  for (let number = from; number >= to; number -= step) all.push(`sub_${String(number).padStart(4, "0")}`);
  return all;
}

async function listed(params: Stripe.SubscriptionListParams): Promise<string[]> {
  const all = await client.subscriptions.list(params).autoPagingToArray({ limit: 1000 });
  return all.map((each) => each.id);
}

describe("the list of subscriptions, read by the real client", () => {
  it.each<[string, Stripe.SubscriptionListParams, string[]]>([
    ["all, page by page", { status: "all", limit: 7 }, ids(36, 0)],
    ["one status", { status: "paused" }, ids(30, 6, 8)],
    [
      "what ended: canceled and incomplete_expired",
      { status: "ended" },
      ["0033", "0031", "0025", "0023", "0017", "0015", "0009", "0007", "0001"].map((n) => `sub_${n}`),
    ],
    [
      "what is not canceled, where nothing is said",
      { created: { gte: DAY + 29, lte: DAY + 33 } },
      ids(33, 29).filter((id) => id !== "sub_0031"),
    ],
    ["created at a second", { status: "all", created: DAY + 3 }, ids(3, 3)],
    ["created gt and lt", { status: "all", created: { gt: DAY + 3, lt: DAY + 6 } }, ids(5, 4)],
    ["created gte and lte", { status: "all", created: { gte: DAY + 3, lte: DAY + 6 }, limit: 2 }, ids(6, 3)],
    ["created before everything", { status: "all", created: { lt: DAY } }, []],
    ["created after everything", { status: "all", created: { gt: DAY + 39 } }, []],
    ["an empty interval", { status: "all", created: { gt: DAY + 9, lt: DAY + 5 } }, []],
    ["a customer's, on test clocks too", { status: "all", customer: "cus_3" }, ids(38, 3, 5)],
    ["a test clock's", { status: "all", test_clock: "clock_1" }, ids(39, 37)],
    ["a price's", { status: "all", price: "price_extra" }, ids(36, 0, 4)],
    ["whose period ends in time", { status: "all", current_period_end: { lt: DAY + 1002 } }, ids(1, 0)],
    ["sent to no one by invoice", { status: "all", collection_method: "send_invoice" }, []],
    ["from a cursor on", { status: "all", starting_after: "sub_0002" }, ids(1, 0)],
    [
      "from a cursor that does not match itself",
      { status: "active", starting_after: "sub_0012" },
      ["sub_0011", "sub_0003"],
    ],
    ["back from a cursor, page by page", { status: "all", ending_before: "sub_0030", limit: 4 }, ids(36, 31)],
    [
      "back from a cursor within a range",
      { status: "all", ending_before: "sub_0010", created: { lte: DAY + 12 } },
      ids(12, 11),
    ],
  ])("%s", async (_, params, expected) => {
    const found = await listed(params);
    // Backwards, the client yields each page from its end.
    expect(params.ending_before === undefined ? found : found.sort().reverse()).toEqual(expected);
  });

  it.each<[Stripe.SubscriptionListParams, number, boolean]>([
    [{ status: "all", limit: 37 }, 37, false],
    [{ status: "all", limit: 36 }, 36, true],
    [{ status: "all" }, 10, true],
    [{ status: "all", ending_before: "sub_0030", limit: 6 }, 6, false],
    [{ status: "all", ending_before: "sub_0030", limit: 5 }, 5, true],
  ])("a page says whether there is more: %j", async (params, count, hasMore) => {
    const page = await client.subscriptions.list(params);
    expect([page.data.length, page.has_more, page.object, page.url]).toEqual([
      count,
      hasMore,
      "list",
      "/v1/subscriptions",
    ]);
  });

  it.each<[object, string, string | undefined, RegExp]>([
    [{ limit: 101 }, "limit", "parameter_invalid_integer", /less than or equal to 100 \(it currently is '101'\)/],
    [{ limit: 0 }, "limit", "parameter_invalid_integer", /greater than or equal to 1/],
    [{ limit: "many" }, "limit", "parameter_invalid_integer", /Invalid integer: many/],
    [{ starting_after: "sub_none" }, "starting_after", "resource_missing", /No such subscription: 'sub_none'/],
    [{ starting_after: "sub_0001", ending_before: "sub_0002" }, "starting_after", undefined, /only use one/],
    [{ status: "cancelled" }, "status", undefined, /must be one of .*canceled.*ended/],
    [{ expand: ["data.customer"] }, "expand[0]", "parameter_unknown", /expand/],
    [{ created: { gte: "soon" } }, "created[gte]", "parameter_invalid_integer", /Invalid integer: soon/],
  ])("refuses %j", async (params, param, code, message) => {
    const error = await errorOf(client.subscriptions.list(params));
    expect(essence(error)).toEqual(["StripeInvalidRequestError", 400, code]);
    expect(error.param).toBe(param);
    expect(error.message).toMatch(message);
  });

  it("gives a customer's list for the runbook's check", async () => {
    const page = await client.customers.list({ limit: 1 });
    expect([page.data.map((each) => each.id), page.has_more]).toEqual([["cus_4"], true]);
    expect(await client.customers.list({ limit: 2 }).autoPagingToArray({ limit: 100 })).toHaveLength(5);
  });
});

describe("a list that changes while it is paged", () => {
  it("loses no row and repeats none, and shows a change that came before its page", async () => {
    const changing = await startStandIn({ accounts: [smallAccount()] });
    const { subscriptions } = changing.account("acct_1AAAAAStandInAcc");
    let pages = 0;
    changing.onRequest = () => {
      pages++;
      const newest = subscriptions.get("sub_0030");
      if (pages === 2 && newest !== undefined)
        subscriptions.set("sub_9999", { ...newest, id: "sub_9999", created: DAY + 99 });
      const last = subscriptions.get("sub_0000");
      if (pages === 3 && last !== undefined) last.status = "canceled";
    };
    const list = clientOf(changing).subscriptions.list({ status: "all", limit: 10 });
    const all = await list.autoPagingToArray({ limit: 1000 });
    expect(all.map((each) => each.id)).toEqual(ids(36, 0));
    expect(all.at(-1)?.status).toBe("canceled");
    const again = await clientOf(changing).subscriptions.list({ status: "all", limit: 1 });
    expect(again.data[0]?.id).toBe("sub_9999");
    await changing.close();
  });
});
