import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type Stripe from "stripe";
import { afterAll } from "vitest";
import { makePrice } from "../../data/stand-in/make-price";
import { makeSubscription, type SubscriptionSeed } from "../../data/stand-in/make-subscription";
import type { StandIn, StandInOptions } from "../../data/stand-in/stand-in";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { keyOf } from "../../data/stand-in/world";
import { connectStripe, type StripeConnection, type StripeOptions } from "../../src/sources/stripe-api/connect-stripe";

export const ACCOUNT = { id: "acct_1AAAAAStandInAcc", livemode: true } as const;
export const KEY = keyOf(ACCOUNT);
const PRICE = makePrice({ id: "price_basic", created: 1_700_000_000, livemode: true, unit_amount: 1900 });

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** A stand-in that is closed at the end of the test file. */
export async function standInWith(
  subscriptions: StandInOptions["accounts"][number]["subscriptions"],
  options: Partial<StandInOptions> = {},
): Promise<StandIn> {
  const standIn = await startStandIn({ accounts: [{ ...ACCOUNT, name: "Small company", subscriptions }], ...options });
  closing.push(() => standIn.close());
  return standIn;
}

/** A connection to it, much faster than Stripe would allow. */
export function connectTo(
  { url }: { readonly url: string },
  options: Partial<StripeOptions> = {},
): Promise<StripeConnection> {
  return connectStripe({ key: KEY, apiBase: url, requestsPerSecond: 1000, ...options });
}

/** A path in a folder that is removed at the end of the test file. */
export function freshPath(name = "stripe.ndjson"): string {
  const folder = mkdtempSync(join(tmpdir(), "recon-stripe-"));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

/** The objects of an export, in its order. */
export function readExport(path: string): Stripe.Subscription[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

export function subscription(seed: Partial<SubscriptionSeed> & { id: string; created: number }): Stripe.Subscription {
  return makeSubscription({ customer: "cus_1", price: PRICE, ...seed });
}

/** So many subscriptions, each `step` seconds older than the one before; the first is the newest. */
export function subscriptions(count: number, step: number, newest = 1_780_000_000): Stripe.Subscription[] {
  return Array.from({ length: count }, (_, index) =>
    subscription({ id: `sub_${String(count - index).padStart(6, "0")}`, created: newest - Math.floor(index * step) }),
  );
}

/** A stand-in with lists of its own before it: a path to the objects there. What else is asked for is passed on. */
export async function withLists(
  standIn: StandIn,
  lists: Readonly<Record<string, readonly { readonly id: string }[]>>,
): Promise<{ readonly url: string }> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", standIn.url);
    const list = lists[url.pathname];
    response.setHeader("content-type", "application/json");
    if (list === undefined) {
      const headers = request.headers as Record<string, string>;
      const answer = await fetch(url, { headers: { authorization: headers["authorization"] ?? "" } });
      response.writeHead(answer.status).end(await answer.text());
      return;
    }
    const from = list.findIndex(({ id }) => id === url.searchParams.get("starting_after")) + 1;
    const limit = Number(url.searchParams.get("limit"));
    const data = list.slice(from, from + limit);
    response.end(JSON.stringify({ object: "list", data, has_more: from + limit < list.length, url: url.pathname }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
