import type Stripe from "stripe";
import { ReconError } from "../../recon-error";
import { ForeignAnswer } from "./foreign-answer";
import { isTlsFailure } from "./is-tls-failure";
import { stripePackage } from "./stripe-package";

const RUNBOOK = 'See the "Stripe API Failure" runbook.';

/**
 * Explains a failure of Stripe's API to a person: what failed, what to do, which runbook to open. No key is ever repeated.
 *
 * @returns an error that ends the terminal with 2; one of ours is returned as it is
 */
export function explainStripeError(error: unknown): ReconError {
  if (error instanceof ReconError) return error;
  if (!(error instanceof stripePackage().errors.StripeError))
    return failure("stripe_unexpected", `the answer could not be used: ${firstLine(error)}.`, error);
  if (error.detail instanceof ReconError) return error.detail;
  if (error.detail instanceof ForeignAnswer) return explainForeign(error.detail, error);
  if (error instanceof stripePackage().errors.StripeConnectionError) return explainConnection(error);
  return explainAnswer(error);
}

/** An answer of Stripe that is an error. */
function explainAnswer(error: Stripe.errors.StripeError): ReconError {
  const at = requestText(error);
  if (error.code === "account_invalid")
    return failure(
      "stripe_account",
      `the key has no access to the account given with --stripe-account, or there is none of that id${at}. Check it under Connect › Accounts.`,
      error,
    );
  if (error instanceof stripePackage().errors.StripeAuthenticationError)
    return error.code === "api_key_expired"
      ? failure(
          "stripe_key_revoked",
          `the key was revoked or has expired${at}. Make a new restricted key and set STRIPE_API_KEY to it.`,
          error,
        )
      : failure(
          "stripe_key",
          `the key is not one that Stripe knows${at}. Check that STRIPE_API_KEY holds the whole key, and that it was not revoked.`,
          error,
        );
  if (error instanceof stripePackage().errors.StripePermissionError)
    return failure(
      "stripe_no_right",
      `the key has no right to read this${at}: "${withoutKeys(error.message)}" Give the key that right under Developers › API keys, or take another one.`,
      error,
    );
  if (error instanceof stripePackage().errors.StripeRateLimitError)
    return failure(
      "stripe_rate_limit",
      `too many requests, and waiting did not help${at}. Other programs use the same limit: try later, or with a lower --rate.`,
      error,
    );
  if (error instanceof stripePackage().errors.StripeAPIError)
    return failure(
      "stripe_down",
      `it fails on its own side, again and again${at}: "${withoutKeys(error.message)}" Look at https://status.stripe.com and try later.`,
      error,
    );
  return failure("stripe_refused", `the request was refused${at}: "${withoutKeys(error.message)}"`, error);
}

/** An answer that is not Stripe's. */
function explainForeign({ status, message }: ForeignAnswer, cause: unknown): ReconError {
  return status >= 500 || status === 429
    ? failure(
        "stripe_down",
        `only a proxy in front of it answers (${message}). Look at https://status.stripe.com and try later.`,
        cause,
      )
    : failure("stripe_wrong_host", `what answers is not Stripe's API (${message}). ${CHECK_BASE}`, cause);
}

const CHECK_BASE = "Check STRIPE_API_BASE, which is left out for Stripe itself, and any proxy on the way.";

/** No answer, or only a part of one. */
function explainConnection(error: Stripe.errors.StripeError): ReconError {
  const detail = error.detail as
    | (NodeJS.ErrnoException & { hostname?: string; address?: string; port?: number })
    | null;
  const code = detail?.code ?? "no code";
  if (isTlsFailure(detail))
    return failure(
      "stripe_tls",
      `no secure connection: its certificate or protocol is not accepted (${code}). Check the clock, STRIPE_API_BASE and any proxy; a company's own certificate is trusted through NODE_EXTRA_CA_CERTS.`,
      error,
    );
  const host = detail?.hostname ?? (detail?.address === undefined ? "" : `${detail.address}:${detail.port}`);
  const where = host === "" ? "" : ` to ${host}`;
  return failure(
    "stripe_unreachable",
    `no connection${where} (${code}), also when tried again. Check the network. ${CHECK_BASE}`,
    error,
  );
}

function failure(code: string, what: string, cause: unknown): ReconError {
  return new ReconError(code, `Stripe: ${what} ${RUNBOOK}`, { cause });
}

function requestText({ statusCode, requestId }: Stripe.errors.StripeError): string {
  const parts = [
    statusCode === undefined ? [] : [`HTTP ${statusCode}`],
    requestId === undefined ? [] : [requestId],
  ].flat();
  return parts.length === 0 ? "" : ` (${parts.join(", request ")})`;
}

/** Stripe masks keys in its messages; nothing of one is left here at all. */
function withoutKeys(text: string): string {
  return firstLine(text).replace(/\b(sk|rk|pk)_(live|test)_[\w*]+/g, "$1_$2_…");
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
