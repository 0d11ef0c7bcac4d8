import { connectStripe, type StripeOptions } from "../sources/stripe-api/connect-stripe";
import type { StripeMode } from "../sources/stripe-api/read-key";
import { answersWithin } from "./answers-within";
import { failedCheck, type SafetyCheck } from "./safety-check";

/** Which account of Stripe, and how long it may take. */
export interface StripeCheck {
  /** `STRIPE_API_KEY`; no part of it is repeated. */
  readonly key: string | undefined;
  readonly apiBase: string | undefined;
  readonly stripeAccount: string | undefined;
  readonly expectMode: StripeMode | undefined;
  readonly seconds: number;
}

const ASKED = { who: "Stripe", runbook: "Stripe API Failure" };

/** Whether Stripe answers, for which account and mode, and whether the key may read subscriptions. It never fails itself. */
export async function checkStripe({ seconds, ...options }: StripeCheck): Promise<SafetyCheck> {
  if ((options.key ?? "").trim() === "")
    return {
      name: "stripe",
      outcome: "warn",
      says: "STRIPE_API_KEY is not set, so Stripe was not asked. Exported files can be compared all the same.",
      todo: "Set STRIPE_API_KEY to a restricted key (rk_…) that may read subscriptions to read Stripe itself.",
    };
  const stop = new AbortController();
  try {
    return await answersWithin(seconds, ASKED, lookAt({ ...options, signal: stop.signal }));
  } catch (error) {
    return failedCheck("stripe", error);
  } finally {
    stop.abort();
  }
}

async function lookAt(options: StripeOptions): Promise<SafetyCheck> {
  const connection = await connectStripe(options);
  const start = performance.now();
  const page = await connection.call((client) => client.subscriptions.list({ limit: 1, status: "all" }));
  const latency = Math.max(1, Math.round(performance.now() - start));
  const { account, restricted } = connection;
  const whose =
    account.id === null
      ? "account unknown (the key may not read it)"
      : `account ${[account.id, account.name].filter(Boolean).join(", ")}`;
  const says = `Stripe ${whose}, ${account.livemode ? "live" : "test"} mode, answers in ${latency} ms; ${restricted ? "a restricted key" : "a secret key"} that may read subscriptions.`;
  const name = "stripe";
  if (page.data.length === 0)
    return {
      name,
      outcome: "warn",
      says: `${says} The account has no subscription.`,
      todo: "Check that this is the right account and mode before anything is called missing in Stripe.",
    };
  if (!restricted)
    return {
      name,
      outcome: "warn",
      says,
      todo: "A secret key can change everything in that account. Better: a restricted key (rk_…) that may read subscriptions alone.",
    };
  return { name, outcome: "pass", says, todo: null };
}
