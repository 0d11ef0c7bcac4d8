import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, expect, it } from "vitest";
import type { FaultKind } from "../../data/stand-in/faults";
import type { StandIn } from "../../data/stand-in/stand-in";
import { EXIT, ReconError } from "../../src/recon-error";
import type { StripeOptions } from "../../src/sources/stripe-api/connect-stripe";
import { explainStripeError } from "../../src/sources/stripe-api/explain-stripe-error";
import { exportStripe } from "../../src/sources/stripe-api/export-stripe";
import { isTlsFailure } from "../../src/sources/stripe-api/is-tls-failure";
import { ACCOUNT, connectTo, freshPath, standInWith, subscriptions } from "./world";

const SECRET = "51SecretSecretSecret";
const key = (kind: string): string => `rk_live_${kind}${SECRET}`;
const account = { account: ACCOUNT.id, livemode: true };
const all = { subscriptions: true, events: true, account: true };
const KEYS = {
  [key("good")]: account,
  [key("revoked")]: { ...account, revoked: true },
  [key("noSubscriptions")]: { ...account, restricted: { ...all, subscriptions: false } },
  [key("noAccount")]: { ...account, restricted: { ...all, account: false } },
};

const servers: { close: () => unknown }[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

function listening(server: Server | ReturnType<typeof createTlsServer>): Promise<number> {
  servers.push(server);
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));
}

const standIn = await standInWith(subscriptions(150, 60), { keys: KEYS });
const webPage = await listening(
  createServer((_, response) => response.writeHead(404, { "content-type": "text/html" }).end("<h1>")),
);
const otherApi = await listening(
  createServer((_, response) => response.setHeader("content-type", "application/json").end("{}")),
);
const noCertificate = await listening(createTlsServer());

/** What a person is told when an export fails. */
async function failureOf(options: Partial<StripeOptions>, url = standIn.url): Promise<ReconError> {
  try {
    const connection = await connectTo({ url }, { key: key("good"), ...options });
    await exportStripe(connection, { out: freshPath() });
  } catch (error) {
    expect(error).toBeInstanceOf(ReconError);
    return error as ReconError;
  }
  throw new Error("It did not fail.");
}

it.each<[string, string, RegExp, Partial<StripeOptions>, string?]>([
  ["wrong key", "stripe_key", /not one that Stripe knows \(HTTP 401/, { key: key("wrong") }],
  ["revoked key", "stripe_key_revoked", /revoked or has expired/, { key: key("revoked") }],
  ["key without the right", "stripe_no_right", /'rak_subscription_read'/, { key: key("noSubscriptions") }],
  ["connected account of another", "stripe_account", /--stripe-account/, { stripeAccount: "acct_other" }],
  ["nothing listens there", "stripe_unreachable", /ECONNREFUSED/, {}, "http://127.0.0.1:9"],
  ["no such host", "stripe_unreachable", /ENOTFOUND|EAI_AGAIN/, {}, "https://stripe.invalid"],
  ["a web page", "stripe_wrong_host", /HTTP 404 with text\/html/, {}, `http://127.0.0.1:${webPage}`],
  ["another API", "stripe_wrong_host", /the account has no id/, {}, `http://127.0.0.1:${otherApi}`],
  ["https where there is none", "stripe_tls", /EPROTO|ERR_SSL/, {}, standIn.url.replace("http:", "https:")],
  ["https without a certificate", "stripe_tls", /EPROTO|ERR_SSL/, {}, `https://127.0.0.1:${noCertificate}`],
])("%s: %s", async (_, code, message, options, url) => {
  const failure = await failureOf(options, url);
  expect(failure).toMatchObject({ code, exitCode: EXIT.failed, message: expect.stringMatching(message) });
  expect(failure.message).toContain('See the "Stripe API Failure" runbook.');
  expect(failure.message).not.toMatch(/Secret|\*\*\*|undefined|\[object/);
});

it.each<[FaultKind, string]>([
  ["429", "stripe_rate_limit"],
  ["500", "stripe_down"],
  ["409", "stripe_down"],
  ["reset", "stripe_unreachable"],
  ["html502", "stripe_down"],
])("%s that does not end: %s, after a bounded time", async (kind, code) => {
  const broken: StandIn = await standInWith([], { keys: KEYS, faults: { share: 1, kinds: [kind], seed: 1 } });
  const failure = await failureOf({}, broken.url);
  expect(failure).toMatchObject({ code, exitCode: EXIT.failed });
  expect(failure.message).toContain('See the "Stripe API Failure" runbook.');
  expect(broken.requests.length).toBeGreaterThan(1);
  expect(broken.requests.length).toBeLessThan(10);
});

it("a key that may not read the account reads the subscriptions all the same", async () => {
  const connection = await connectTo(standIn, { key: key("noAccount") });
  expect(connection.account).toEqual({ id: null, name: null, livemode: true });
  const { sidecar } = await exportStripe(connection, { out: freshPath() });
  expect(sidecar).toMatchObject({ account_id: null, rows: 150 });
});

it("an id that is no account is refused before anything is sent", async () => {
  const before = standIn.requests.length;
  expect(await failureOf({ stripeAccount: "acme" })).toMatchObject({ code: "stripe_account" });
  expect(standIn.requests).toHaveLength(before);
});

it.each([
  ["DEPTH_ZERO_SELF_SIGNED_CERT", true],
  ["SELF_SIGNED_CERT_IN_CHAIN", true],
  ["CERT_HAS_EXPIRED", true],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", true],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", true],
  ["ERR_TLS_CERT_ALTNAME_INVALID", true],
  ["ERR_SSL_WRONG_VERSION_NUMBER", true],
  ["EPROTO", true],
  ["ECONNRESET", false],
  ["ETIMEDOUT", false],
  [undefined, false],
])("whether %s is a failure of TLS: %s", (code, expected) => {
  expect(isTlsFailure({ code })).toBe(expected);
});

it("a surprise is a failure too", () => {
  expect(explainStripeError(new TypeError("x is not a function\n  at"))).toMatchObject({
    code: "stripe_unexpected",
    exitCode: EXIT.failed,
  });
});
