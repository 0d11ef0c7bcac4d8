import { ReconError } from "../../recon-error";
import {
  connectStripe,
  REQUESTS_PER_SECOND,
  type StripeConnection,
  type StripeOptions,
} from "../../sources/stripe-api/connect-stripe";
import { apiBaseText, readApiBase } from "../../sources/stripe-api/read-api-base";
import { readKey } from "../../sources/stripe-api/read-key";
import { sharedPace } from "../../sources/stripe-api/shared-pace";
import type { Line } from "./reopening-line";
import type { TenantFacts } from "./tenant-facts";

/**
 * Connects to Stripe with the key of the environment, at a rate that is counted for all processes of the queue together.
 *
 * @throws ReconError when the key, the mode, the address or the connection is wrong
 */
export function connectSharing(
  line: Line,
  options: Omit<StripeOptions, "key" | "apiBase" | "pace">,
): Promise<StripeConnection> {
  const { STRIPE_API_KEY: key, STRIPE_API_BASE: apiBase } = process.env;
  const { mode } = readKey(key, options.expectMode);
  const requestsPerSecond = options.requestsPerSecond ?? REQUESTS_PER_SECOND[mode];
  const place = `${mode} mode of ${apiBaseText(readApiBase(apiBase))}`;
  const pace = sharedPace((sql, values) => line.query(sql, values), place, requestsPerSecond);
  return connectStripe({ ...options, key, apiBase, requestsPerSecond, pace });
}

/** @throws ReconError when the key is of another account or mode than the exports: there everything would be missing */
export function checkAccount({ account }: StripeConnection, facts: TenantFacts): void {
  if (account.id === facts.account_id && account.livemode === facts.livemode) return;
  const text = (id: string | null, livemode: boolean): string =>
    `${id ?? "an account the key may not read"} (${livemode ? "live" : "test"} mode)`;
  throw new ReconError(
    "wrong_account",
    `The exports are of Stripe account ${text(facts.account_id, facts.livemode)}, this worker's STRIPE_API_KEY of ${text(account.id, account.livemode)}. Use a key of the same account and mode, with the same rights.`,
  );
}
