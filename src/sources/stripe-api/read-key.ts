import { ReconError } from "../../recon-error";

/** Stripe keeps live data and test data apart; a key belongs to one of the two. */
export type StripeMode = "live" | "test";

/** What a key says about itself. */
export interface StripeKey {
  readonly mode: StripeMode;
  /** A restricted key can be given read rights alone; a secret key can do everything. */
  readonly restricted: boolean;
}

const KEY = /^(sk|rk)_(live|test)_\w+$/;
const HOW_TO =
  'Set STRIPE_API_KEY to a restricted key (rk_live_… or rk_test_…) that may read "Subscriptions", made in the Dashboard under Developers › API keys.';

/**
 * Reads the mode and the kind of a key off its prefix, before anything is sent.
 *
 * @throws ReconError when it is missing, not a key that reads, or of another mode than expected; the key is never repeated
 */
export function readKey(key: string | undefined, expectMode?: StripeMode): StripeKey {
  const text = key?.trim() ?? "";
  if (text === "") throw new ReconError("stripe_no_key", `No Stripe key: STRIPE_API_KEY is not set. ${HOW_TO}`);
  if (/^pk_/.test(text))
    throw new ReconError("stripe_key", `STRIPE_API_KEY holds a publishable key (pk_…), which cannot read. ${HOW_TO}`);
  const [, kind, mode] = KEY.exec(text) ?? [];
  if (mode === undefined)
    throw new ReconError("stripe_key", `STRIPE_API_KEY does not hold a key of Stripe's API. ${HOW_TO}`);
  if (expectMode !== undefined && expectMode !== mode) {
    throw new ReconError(
      "stripe_mode",
      `--${expectMode} was given, but STRIPE_API_KEY holds a ${mode}-mode key. Nothing was sent. Give a ${expectMode}-mode key, or leave --${expectMode} out.`,
    );
  }
  return { mode: mode as StripeMode, restricted: kind === "rk" };
}
