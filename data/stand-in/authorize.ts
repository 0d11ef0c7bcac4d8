import type { IncomingHttpHeaders } from "node:http";
import { ApiError } from "./api-error";
import type { OpenAccount, Rights, StandInKey, World } from "./world";

/** Who asks, about which account, in which version. */
export interface Scope {
  readonly key: string;
  readonly rights: Rights | null;
  readonly account: OpenAccount;
  readonly apiVersion: string;
}

const PERMISSIONS: Readonly<Record<keyof Rights, string>> = {
  subscriptions: "rak_subscription_read",
  events: "rak_event_read",
  account: "rak_accounts_kyc_basic_read",
  customers: "rak_customer_read",
};

/**
 * The scope of a request: its key's account, or the connected account it names.
 *
 * @throws ApiError 401 for no key, a wrong or a revoked one, 403 for an account out of reach, 400 for a bad version.
 * Source: https://docs.stripe.com/api/authentication, https://docs.stripe.com/context
 */
export function authorize(headers: IncomingHttpHeaders, world: World): Scope {
  const key = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
  if (key === undefined) {
    throw new ApiError(401, {
      message: "You did not provide an API key. Provide it in the Authorization header, using Bearer auth.",
    });
  }
  const known = world.keys[key];
  if (known === undefined) throw new ApiError(401, { message: `Invalid API Key provided: ${masked(key)}` });
  if (known.revoked) {
    throw new ApiError(401, { code: "api_key_expired", message: `Expired API Key provided: ${masked(key)}` });
  }
  const account = accountOf(headers, key, known, world);
  return { key, rights: known.restricted ?? null, account, apiVersion: versionOf(headers, account) };
}

/** @throws ApiError 403 where a restricted key lacks the right. */
export function demandRight(scope: Scope, right: keyof Rights): void {
  if (scope.rights === null || (scope.rights[right] ?? true)) return;
  throw new ApiError(403, {
    message: `The provided key '${masked(scope.key)}' does not have the required permissions for this endpoint on account '${scope.account.id}'. Having the '${PERMISSIONS[right]}' permission would allow this request to continue.`,
  });
}

/**
 * The account with that id, as a key of another may reach it: itself, or one connected to it.
 *
 * @throws ApiError 403 where the key does not reach it.
 */
export function reachableAccount(id: string, key: string, known: StandInKey, world: World): OpenAccount {
  const found = world.accounts.find((account) => account.id === id && account.livemode === known.livemode);
  if (found !== undefined && (id === known.account || found.connectedTo === known.account)) return found;
  throw new ApiError(403, {
    code: "account_invalid",
    message: `The provided key '${masked(key)}' does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
  });
}

function accountOf(headers: IncomingHttpHeaders, key: string, known: StandInKey, world: World): OpenAccount {
  // A context is a path of ids that ends with the account; the older header names the account alone.
  const context = String(headers["stripe-context"] ?? "").split("/");
  const named = context.at(-1) || String(headers["stripe-account"] ?? "");
  return reachableAccount(named || known.account, key, known, world);
}

function versionOf(headers: IncomingHttpHeaders, account: OpenAccount): string {
  const version = String(headers["stripe-version"] ?? account.apiVersion);
  if (/^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/.test(version)) return version;
  throw new ApiError(400, { message: `Invalid Stripe API version: ${version}.` });
}

function masked(key: string): string {
  const [kind = "", mode = ""] = key.split("_");
  const open = /^[rs]k$/.test(kind) ? `${kind}_${mode}_` : "";
  return `${open}${"*".repeat(Math.max(4, key.length - open.length - 4))}${key.slice(-4)}`;
}
