import type { IncomingHttpHeaders } from "node:http";
import { currentAccount, retrieveAccount } from "./accounts-endpoint";
import { ApiError } from "./api-error";
import { authorize, demandRight, type Scope } from "./authorize";
import { listCustomers } from "./customers-endpoint";
import { listEvents, retrieveEvent } from "./events-endpoint";
import { Parameters } from "./parameters";
import { listSubscriptions, retrieveSubscription } from "./subscriptions-endpoint";
import type { Rights, World } from "./world";

type Endpoint = (scope: Scope, parameters: Parameters, world: World, id: string) => object;

const ENDPOINTS: readonly (readonly [RegExp, keyof Rights, Endpoint])[] = [
  [/^\/v1\/subscriptions$/, "subscriptions", listSubscriptions],
  [
    /^\/v1\/subscriptions\/([^/]+)$/,
    "subscriptions",
    (scope, query, world, id) => retrieveSubscription(id, scope, query, world),
  ],
  [/^\/v1\/events$/, "events", listEvents],
  [/^\/v1\/events\/([^/]+)$/, "events", (scope, query, world, id) => retrieveEvent(id, scope, query, world)],
  [/^\/v1\/account$/, "account", currentAccount],
  [/^\/v1\/accounts\/([^/]+)$/, "account", (scope, query, world, id) => retrieveAccount(id, scope, query, world)],
  [/^\/v1\/customers$/, "customers", listCustomers],
];

/**
 * Answers a GET as Stripe would.
 *
 * `seen` is told the scope as soon as it is known, so that a refusal is recorded with it too.
 *
 * @throws ApiError with the status and body of a refusal.
 */
export function answer(url: URL, headers: IncomingHttpHeaders, world: World, seen: (scope: Scope) => void): object {
  const scope = authorize(headers, world);
  seen(scope);
  for (const [pattern, right, endpoint] of ENDPOINTS) {
    const match = pattern.exec(url.pathname);
    if (match === null) continue;
    demandRight(scope, right);
    return endpoint(scope, new Parameters(url.searchParams), world, decodeURIComponent(match[1] ?? ""));
  }
  throw new ApiError(404, { message: `Unrecognized request URL (GET: ${url.pathname}).` });
}
