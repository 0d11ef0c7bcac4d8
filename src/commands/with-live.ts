import type { Command } from "commander";
import { ReconError } from "../recon-error";
import type { StripeMode } from "../sources/stripe-api/read-key";
import { given, positiveNumber } from "./option-values";

/** Which account of Stripe, and how fast. */
export interface LiveSideOptions {
  readonly live?: true;
  readonly test?: true;
  readonly stripeAccount?: string;
  readonly rate?: number;
}

/** Adds the options of a command that reads Stripe itself. */
export function withLiveSide(command: Command): Command {
  return command
    .option("--live", "refuse a key of test mode")
    .option("--test", "refuse a key of live mode")
    .option("--stripe-account <id>", "connected account, read with the platform's key", given)
    .option("--rate <number>", "requests to Stripe a second (default: 20 live, 5 in test mode)", positiveNumber)
    .addHelpText("after", "\nThe sides are taken from DATABASE_URL and STRIPE_API_KEY.");
}

/** The mode that is asked for. */
export function modeOf({ live, test }: LiveSideOptions): StripeMode | undefined {
  if (live && test) throw new ReconError("stripe_mode", "--live and --test exclude each other.");
  return live ? "live" : test ? "test" : undefined;
}
