import { DelegateBackoff, ExponentialBackoff, handleWhen, type IBackoff, type RetryPolicy, retry } from "cockatiel";
import { ForeignAnswer } from "./foreign-answer";
import { isTlsFailure } from "./is-tls-failure";
import { stripePackage } from "./stripe-package";

/** The longest wait that Stripe is granted when it asks for one, in seconds. */
const LONGEST_ASKED = 120;

/**
 * Tries again what fails for a while only, with growing waits and jitter; where Stripe says how long to wait, it is that much more.
 *
 * @param attempts - how often it is tried again; ten are some three minutes
 */
export function retryTransient(attempts: number): RetryPolicy {
  const backoff = new DelegateBackoff<{ readonly result: object }, IBackoff<unknown>>(({ result }, last) => {
    const next = last === undefined ? new ExponentialBackoff({ initialDelay: 400 }).next() : last.next(undefined);
    const asked = "error" in result ? secondsAsked(result.error) : 0;
    return { delay: asked * 1000 + next.duration, state: next };
  });
  return retry(handleWhen(isTransient), { maxAttempts: attempts, backoff });
}

/**
 * Whether the same request may succeed later: too many requests (429), a conflict (409), a failure on Stripe's side (5xx, or a page of
 * a proxy), an answer that was cut off, a broken or refused connection. A certificate that is not trusted does not mend itself.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof stripePackage().errors.StripeError)) return false;
  if (error.headers?.["stripe-should-retry"] === "false") return false;
  const { StripeRateLimitError, StripeConnectionError, StripeAPIError } = stripePackage().errors;
  if (error instanceof StripeRateLimitError) return true;
  if (error instanceof StripeConnectionError) {
    if (error.detail instanceof ForeignAnswer) return error.detail.status >= 500 || error.detail.status === 429;
    return !isTlsFailure(error.detail) && !(error.detail instanceof Error && error.detail.name === "ReconError");
  }
  return error.statusCode === 409 || (error instanceof StripeAPIError && (error.statusCode ?? 500) >= 500);
}

/** What `Retry-After` asks for, in seconds. */
function secondsAsked(error: unknown): number {
  const header = error instanceof stripePackage().errors.StripeError ? error.headers?.["retry-after"] : undefined;
  const seconds = Number(header ?? 0);
  return seconds > 0 ? Math.min(seconds, LONGEST_ASKED) : 0;
}
