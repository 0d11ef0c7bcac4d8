import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StandIn } from "../../data/stand-in/stand-in";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { ACCOUNT, clientOf, errorOf, essence, smallAccount } from "./small-account";

const OWNER = { account: ACCOUNT, livemode: true };
const KEYS = {
  rk_live_everything: OWNER,
  rk_live_only_events: {
    ...OWNER,
    restricted: { subscriptions: false, events: true, account: false, customers: false },
  },
  rk_live_only_subscriptions: { ...OWNER, restricted: { subscriptions: true, events: false, account: false } },
  rk_live_revoked: { ...OWNER, revoked: true },
};
let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ accounts: [smallAccount()], keys: KEYS });
});
afterAll(() => standIn.close());

describe("keys", () => {
  it.each([
    ["rk_live_everything", [200, 200, 200, 200]],
    ["rk_live_only_events", [403, 200, 403, 403]],
    ["rk_live_only_subscriptions", [200, 403, 403, 200]],
    ["rk_live_revoked", [401, 401, 401, 401]],
    ["rk_live_unknown", [401, 401, 401, 401]],
  ])("%s reads subscriptions, events, the account, customers: %j", async (key, expected) => {
    const client = clientOf(standIn, key);
    const calls = [
      client.subscriptions.list(),
      client.events.list(),
      client.accounts.retrieveCurrent(),
      client.customers.list(),
    ];
    const found = await Promise.all(
      calls.map((call) =>
        call.then(
          ({ lastResponse }) => lastResponse.statusCode,
          (error) => error.statusCode,
        ),
      ),
    );
    expect(found).toEqual(expected);
    expect(
      standIn.requests
        .slice(-4)
        .map((each) => each.status)
        .sort(),
    ).toEqual([...expected].sort());
  });

  it.each([
    [
      "rk_live_revoked",
      "StripeAuthenticationError",
      401,
      "api_key_expired",
      /^Expired API Key provided: rk_live_\*+oked$/,
    ],
    ["rk_live_unknown", "StripeAuthenticationError", 401, undefined, /^Invalid API Key provided: rk_live_\*+nown$/],
    [
      "rk_live_only_events",
      "StripePermissionError",
      403,
      undefined,
      /'rk_live_\*+ents' does not have the required permissions .*'rak_subscription_read'/,
    ],
  ])("%s fails as Stripe's own would, and is not printed", async (key, type, status, code, message) => {
    const error = await errorOf(clientOf(standIn, key).subscriptions.list());
    expect(essence(error)).toEqual([type, status, code]);
    expect(error.message).toMatch(message);
  });

  it("asks for a key where there is none", async () => {
    const response = await fetch(`${standIn.url}/v1/subscriptions`);
    expect([response.status, await response.json()]).toMatchObject([401, { error: { type: "invalid_request_error" } }]);
  });

  it("refuses and records every method but GET, and knows no other address", async () => {
    const client = clientOf(standIn, "rk_live_everything");
    const before = standIn.requests.length;
    for (const call of [
      client.subscriptions.cancel("sub_0003"),
      client.subscriptions.update("sub_0003", { metadata: { a: "b" } }),
    ]) {
      expect((await errorOf(call)).statusCode).toBe(405);
    }
    expect(standIn.requests.slice(before).map((each) => [each.method, each.status])).toEqual([
      ["DELETE", 405],
      ["POST", 405],
    ]);
    expect(essence(await errorOf(client.charges.list()))).toEqual(["StripeInvalidRequestError", 404, undefined]);
    expect((await client.subscriptions.retrieve("sub_0003")).metadata).toEqual({});
  });
});
