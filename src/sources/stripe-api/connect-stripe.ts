import { createHash } from "node:crypto";
import type Stripe from "stripe";
import { ReconError } from "../../recon-error";
import { explainStripeError } from "./explain-stripe-error";
import { getOnlyClient, type Traffic } from "./get-only-client";
import { type Pace, pace } from "./pace";
import { apiBaseText, readApiBase } from "./read-api-base";
import { readKey, type StripeMode } from "./read-key";
import { retryTransient } from "./retry-transient";
import { stripePackage } from "./stripe-package";

/** The API version everything is asked in, whatever the account's own is. */
export const API_VERSION = "2026-10-28.endive";

/** Requests a second unless told otherwise. Stripe allows 25 an endpoint, live or in a sandbox (docs.stripe.com/rate-limits). */
export const REQUESTS_PER_SECOND: Readonly<Record<StripeMode, number>> = { live: 20, test: 5 };

/** A difference between the clocks that the resolution of the header and the way explain, in milliseconds. */
const SAME_CLOCK = 5000;
const MOST_IN_PARALLEL = 40;

/** How to reach Stripe. */
export interface StripeOptions {
  /** `sk_…` or, better, `rk_…`; never repeated in a message or a file. */
  readonly key: string | undefined;
  /** Another address than Stripe's own. */
  readonly apiBase?: string | undefined;
  /** A connected account, `acct_…`, to be read with the platform's key. */
  readonly stripeAccount?: string | undefined;
  /** A key of the other mode is refused before anything is sent. */
  readonly expectMode?: StripeMode | undefined;
  readonly requestsPerSecond?: number | undefined;
  /** Who lets requests go; the rate is counted in this process when nothing is said. */
  readonly pace?: Pace | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The account that is read. */
export interface StripeAccount {
  /** `acct_…`; null when the key may not read it. */
  readonly id: string | null;
  readonly name: string | null;
  readonly livemode: boolean;
}

/** A connection to Stripe that can only read. */
export interface StripeConnection {
  /** Sends GET alone; every request waits for its turn. It does not try again: {@link call} does. */
  readonly client: Stripe;
  readonly account: StripeAccount;
  readonly restricted: boolean;
  readonly requestsPerSecond: number;
  /** The address that is read from. */
  readonly apiBase: string;
  /** The same for two connections that read the same data with the same key; the key cannot be told from it. */
  readonly fingerprint: string;
  /** How many requests were sent so far. */
  requests(): number;
  /** How many requests at once it takes to use the rate, given how long Stripe takes to answer. */
  parallel(): number;
  /** The time by Stripe's clock, which the times of its objects are by. */
  now(): Date;
  /**
   * Calls the API; what fails for a while only is tried again, with growing waits.
   *
   * @throws ReconError that names the runbook, when it fails for good
   */
  call<T>(send: (client: Stripe) => Promise<T>): Promise<T>;
}

/**
 * Connects to Stripe and asks which account the key belongs to.
 *
 * @throws ReconError when the key, the mode, the address or the connection is wrong
 */
export async function connectStripe(options: StripeOptions): Promise<StripeConnection> {
  const { mode, restricted } = readKey(options.key, options.expectMode);
  const key = (options.key as string).trim();
  const base = readApiBase(options.apiBase);
  const { stripeAccount } = options;
  if (stripeAccount !== undefined && !/^acct_\w+$/.test(stripeAccount))
    throw new ReconError(
      "stripe_account",
      `--stripe-account "${stripeAccount}": expected an id such as acct_1HqP6jIgSz.`,
    );
  const requestsPerSecond = options.requestsPerSecond ?? REQUESTS_PER_SECOND[mode];
  const traffic: Traffic = { requests: 0, latency: 0, clockOffset: null };
  const client = new (stripePackage())(key, {
    ...base,
    apiVersion: API_VERSION,
    httpClient: getOnlyClient(stripePackage().createNodeHttpClient(), options.pace ?? pace(requestsPerSecond), traffic),
    maxNetworkRetries: 0,
    timeout: 60_000,
    telemetry: false,
    appInfo: { name: "subscription-reconciliation-notebooks" },
    ...(stripeAccount === undefined ? {} : { stripeAccount }),
  });
  const caller =
    (attempts: number): StripeConnection["call"] =>
    (send) =>
      retryTransient(attempts)
        .execute(() => send(client), options.signal)
        .catch((error: unknown) => {
          throw explainStripeError(error);
        });
  return {
    client,
    account: { ...(await readAccount(caller(2), stripeAccount)), livemode: mode === "live" },
    restricted,
    requestsPerSecond,
    apiBase: apiBaseText(base),
    fingerprint: fingerprintOf([key, stripeAccount ?? "", apiBaseText(base), API_VERSION]),
    requests: () => traffic.requests,
    parallel: () => Math.min(MOST_IN_PARALLEL, Math.ceil(requestsPerSecond * traffic.latency * 1.5) + 2),
    now: () => {
      const offset = traffic.clockOffset ?? 0;
      return new Date(Date.now() + (Math.abs(offset) > SAME_CLOCK ? offset : 0));
    },
    call: caller(10),
  };
}

/** Asks for the account; a key that may not read it can still be good for the rest. */
async function readAccount(
  call: StripeConnection["call"],
  stripeAccount: string | undefined,
): Promise<Omit<StripeAccount, "livemode">> {
  try {
    const account = await call((client) => client.rawRequest("GET", "/v1/account"));
    if (account?.object !== "account" || typeof account.id !== "string")
      throw new ReconError(
        "stripe_wrong_host",
        'What answers is not Stripe\'s API: the account has no id. Check STRIPE_API_BASE. See the "Stripe API Failure" runbook.',
      );
    const name: unknown = account.settings?.dashboard?.display_name ?? account.business_profile?.name;
    return { id: account.id, name: typeof name === "string" ? name : null };
  } catch (error) {
    if (error instanceof ReconError && error.code === "stripe_no_right")
      return { id: stripeAccount ?? null, name: null };
    throw error;
  }
}

function fingerprintOf(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16);
}
