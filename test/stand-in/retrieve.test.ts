import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StandIn } from "../../data/stand-in/stand-in";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { keyOf } from "../../data/stand-in/world";
import { ACCOUNT, clientOf, DAY, errorOf, essence, smallAccount, smallSubscription } from "./small-account";

const CONNECTED = "acct_1ConnectedAcc000";
const STRANGER = "acct_1StrangerAcc0000";
let standIn: StandIn;

beforeAll(async () => {
  const connected = { ...smallSubscription(1), id: "sub_connected" };
  const inTest = { ...smallSubscription(2), id: "sub_test", livemode: false };
  standIn = await startStandIn({
    accounts: [
      smallAccount(),
      { ...smallAccount(false), subscriptions: [inTest] },
      { id: CONNECTED, livemode: true, subscriptions: [connected], connectedTo: ACCOUNT },
      { id: STRANGER, livemode: true, subscriptions: [] },
    ],
  });
});
afterAll(() => standIn.close());

const LIVE = keyOf({ id: ACCOUNT, livemode: true });
const TEST = keyOf({ id: ACCOUNT, livemode: false }, "sk");

describe("retrieving a subscription", () => {
  it.each([
    ["canceled", "sub_0007"],
    ["on a test clock", "sub_0038"],
    ["active", "sub_0003"],
  ])("gives one that is %s", async (_, id) => {
    const found = await clientOf(standIn, LIVE).subscriptions.retrieve(id);
    expect(found.id).toBe(id);
    expect(found.lastResponse.requestId).toMatch(/^req_/);
  });

  it.each([
    ["that no mode has", LIVE, "sub_none", "No such subscription: 'sub_none'"],
    [
      "of test mode, with a live key",
      LIVE,
      "sub_test",
      "No such subscription: 'sub_test'; a similar object exists in test mode, but a live mode key was used to make this request.",
    ],
    [
      "of live mode, with a test key",
      TEST,
      "sub_0003",
      "No such subscription: 'sub_0003'; a similar object exists in live mode, but a test mode key was used to make this request.",
    ],
    ["of a connected account, without its header", LIVE, "sub_connected", "No such subscription: 'sub_connected'"],
  ])("is a 404 for one %s", async (_, key, id, message) => {
    const error = await errorOf(clientOf(standIn, key).subscriptions.retrieve(id));
    expect(essence(error)).toEqual(["StripeInvalidRequestError", 404, "resource_missing"]);
    expect([error.message, error.param]).toEqual([message, "id"]);
    expect(error.requestId).toMatch(/^req_/);
    expect(error.request_log_url).toContain(error.requestId);
  });

  it.each([
    ["Stripe-Account", { stripeAccount: CONNECTED }],
    ["Stripe-Context", { stripeContext: CONNECTED }],
    ["Stripe-Context with a path", { stripeContext: `org_1/${CONNECTED}` }],
  ])("reaches a connected account by %s", async (_, options) => {
    const client = clientOf(standIn, LIVE);
    const found = await client.subscriptions.retrieve("sub_connected", undefined, options);
    expect(found.id).toBe("sub_connected");
    expect((await client.subscriptions.list({ status: "all" }, options)).data.map((each) => each.id)).toEqual([
      "sub_connected",
    ]);
    expect((await client.accounts.retrieveCurrent(undefined, options)).id).toBe(CONNECTED);
    expect(standIn.requests.at(-1)).toMatchObject({ account: CONNECTED, status: 200, path: "/v1/account" });
  });

  it("reaches no account that is not connected", async () => {
    const error = await errorOf(clientOf(standIn, LIVE).subscriptions.list({}, { stripeAccount: STRANGER }));
    expect(essence(error)).toEqual(["StripePermissionError", 403, "account_invalid"]);
    expect(error.message).not.toContain(LIVE);
  });

  it("knows the accounts a key reaches", async () => {
    const client = clientOf(standIn, LIVE);
    expect(await client.accounts.retrieveCurrent()).toMatchObject({
      id: ACCOUNT,
      business_profile: { name: "Small company" },
    });
    expect((await client.accounts.retrieve(ACCOUNT)).id).toBe(ACCOUNT);
    expect((await client.accounts.retrieve(CONNECTED)).id).toBe(CONNECTED);
    expect(essence(await errorOf(client.accounts.retrieve(STRANGER)))).toEqual([
      "StripePermissionError",
      403,
      "account_invalid",
    ]);
  });
});

describe("versions", () => {
  it.each([
    ["2025-02-24.acacia", DAY + 1003, undefined],
    ["2020-08-27", DAY + 1003, undefined],
    ["2025-03-31.basil", undefined, DAY + 1003],
    ["2026-10-28.endive", undefined, DAY + 1003],
  ])("%s shows the period where it did", async (apiVersion, onSubscription, onItem) => {
    const found = await clientOf(standIn, LIVE).subscriptions.retrieve("sub_0003", undefined, { apiVersion });
    const { current_period_end } = found as { current_period_end?: number };
    expect([current_period_end, found.items.data[0]?.current_period_end]).toEqual([onSubscription, onItem]);
    expect(found.lastResponse.apiVersion).toBe(apiVersion);
    expect(standIn.requests.at(-1)?.apiVersion).toBe(apiVersion);
  });

  it("shows the account's own version to a request that names none", async () => {
    const older = await startStandIn({ accounts: [{ ...smallAccount(), apiVersion: "2024-06-20" }] });
    const response = await fetch(`${older.url}/v1/subscriptions/sub_0003`, {
      headers: { authorization: `Bearer ${LIVE}` },
    });
    expect(response.headers.get("stripe-version")).toBe("2024-06-20");
    expect(await response.json()).toMatchObject({ current_period_end: DAY + 1003, current_period_start: DAY + 3 });
    await older.close();
  });

  it("refuses one that is none", async () => {
    const error = await errorOf(clientOf(standIn, LIVE).subscriptions.list({}, { apiVersion: "newest" }));
    expect(essence(error)).toEqual(["StripeInvalidRequestError", 400, undefined]);
  });
});
