import { randomOf } from "../sample/random";
import { ApiError } from "./api-error";

/** What can go wrong with a call. `reset` closes the connection, before the answer or in the middle of it. */
export type FaultKind = "429" | "500" | "reset" | "html502" | "slow" | "409";

/** Which share (0 to 1) of the calls goes wrong, and how. The same seed spoils the same calls. */
export interface Faults {
  readonly share: number;
  readonly kinds: readonly FaultKind[];
  readonly seed: number;
  /** How much longer a slow answer takes, in milliseconds; 1000 where nothing is said. */
  readonly slowMs?: number;
}

/** What goes wrong with one call. */
export interface Fault {
  readonly kind: FaultKind;
  /** Every fault has two forms: with or without Retry-After, before the answer or in the middle of it. */
  readonly second: boolean;
}

/** Draws for the call with that number; null for nothing wrong. */
export function drawFault(faults: Faults | undefined, call: number): Fault | null {
  if (faults === undefined) return null;
  const random = randomOf(`fault ${faults.seed} ${call}`);
  if (random() >= faults.share) return null;
  const kind = faults.kinds[Math.floor(random() * faults.kinds.length)];
  return kind === undefined ? null : { kind, second: random() < 0.5 };
}

/** The error a fault answers with; null for the faults that are no JSON answer. */
export function faultError({ kind, second }: Fault): ApiError | null {
  switch (kind) {
    case "429":
      return rateLimited(second);
    case "500":
      return new ApiError(500, { type: "api_error", message: "An unknown error occurred." });
    case "409":
      return new ApiError(409, {
        code: "lock_timeout",
        message: "This object cannot be accessed right now because another API request is currently accessing it.",
      });
    default:
      return null;
  }
}

/** Too many requests. Source: https://docs.stripe.com/rate-limits */
export function rateLimited(saysWhen: boolean): ApiError {
  return new ApiError(
    429,
    { code: "rate_limit", message: "Request rate limit exceeded." },
    { "stripe-rate-limited-reason": "global-rate", ...(saysWhen ? { "retry-after": "1" } : {}) },
  );
}
