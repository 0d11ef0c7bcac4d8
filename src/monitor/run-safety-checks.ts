import { reportsFolder } from "../reports-folder";
import type { StripeMode } from "../sources/stripe-api/read-key";
import { answersWithin } from "./answers-within";
import { checkDatabase } from "./check-database";
import { checkStripe } from "./check-stripe";
import { judgeImpact, judgeLastRun } from "./judge-last-run";
import { readLastRuns } from "./last-run";
import type { SafetyReport } from "./safety-check";

/** What to check; everything has a default. */
export interface SafetyCheckOptions {
  /** Where DATABASE_URL, STRIPE_API_KEY and STRIPE_API_BASE are taken from. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** The table of subscriptions. */
  readonly table?: string | undefined;
  readonly stripeAccount?: string | undefined;
  readonly expectMode?: StripeMode | undefined;
  /** The folder that reports and, without a database, their history are kept in. */
  readonly reports?: string | undefined;
  /** How long each side may take, in seconds. */
  readonly seconds?: number | undefined;
  readonly now?: (() => Date) | undefined;
}

/** How long each side may take to answer, in seconds. */
export const CHECK_SECONDS = 10;

const HISTORY = { who: "The history", runbook: "Database Connection Failure" };

/** The runbook's immediate safety checks, side by side: database, Stripe, last reconciliation, impact. All of them only read. */
export async function runSafetyChecks(options: SafetyCheckOptions = {}): Promise<SafetyReport> {
  const { env = process.env, seconds = CHECK_SECONDS } = options;
  const now = (options.now ?? (() => new Date()))();
  const reports = options.reports ?? reportsFolder(env);
  const [database, stripe, runs] = await Promise.all([
    checkDatabase({ url: env["DATABASE_URL"], table: options.table ?? "subscriptions", seconds }),
    checkStripe({
      key: env["STRIPE_API_KEY"],
      apiBase: env["STRIPE_API_BASE"],
      stripeAccount: options.stripeAccount,
      expectMode: options.expectMode,
      seconds,
    }),
    answersWithin(seconds, HISTORY, readLastRuns(env["DATABASE_URL"], reports)).catch(() =>
      readLastRuns(undefined, reports),
    ),
  ]);
  return {
    schema_version: 1,
    checked_at: `${now.toISOString().slice(0, 19)}Z`,
    checks: [database, stripe, judgeLastRun(runs, now), judgeImpact(runs)],
  };
}
