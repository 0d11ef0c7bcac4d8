import { dirname } from "node:path";
import { Command } from "commander";
import { checkFolder } from "../check-folder";
import { progressLine } from "../progress-line";
import { ReconError } from "../recon-error";
import type { StripeExportProgress } from "../sources/stripe-api/export-stripe";
import { endOnSignals } from "./end-on-signals";
import { given, positiveNumber } from "./option-values";
import { say } from "./say";

interface Options {
  readonly out: string;
  readonly live?: true;
  readonly test?: true;
  readonly stripeAccount?: string;
  readonly testClocks?: true;
  readonly rate?: number;
}

/** `recon export stripe`: every subscription of an account to a file with its sidecar. */
export function exportStripeCommand(): Command {
  return new Command("stripe")
    .description("export every subscription through Stripe's API, read only; killed, the same command continues")
    .requiredOption("--out <file>", "NDJSON file to write; compressed when it ends in .gz", given)
    .option("--live", "refuse a key of test mode")
    .option("--test", "refuse a key of live mode")
    .option("--stripe-account <id>", "connected account, read with the platform's key", given)
    .option("--test-clocks", "also what is on test clocks, which no list shows by itself")
    .option("--rate <number>", "requests a second (default: 20 live, 5 in test mode)", positiveNumber)
    .addHelpText(
      "after",
      "\nThe key is taken from STRIPE_API_KEY. A restricted key that may read subscriptions is enough.\nSTRIPE_API_BASE gives another address than Stripe's own.",
    )
    .action(async (options: Options) => {
      if (options.live && options.test) throw new ReconError("stripe_mode", "--live and --test exclude each other.");
      endOnSignals(`${options.out} is as it was, and the same command continues`);
      checkFolder(dirname(options.out));
      await exportTo(options);
    });
}

async function exportTo({ out, live, test, stripeAccount, testClocks, rate }: Options): Promise<void> {
  const { connectStripe } = await import("../sources/stripe-api/connect-stripe");
  const { connectionText } = await import("../sources/stripe-api/connection-text");
  const { exportStripe } = await import("../sources/stripe-api/export-stripe");
  const connection = await connectStripe({
    key: process.env["STRIPE_API_KEY"],
    apiBase: process.env["STRIPE_API_BASE"],
    expectMode: live ? "live" : test ? "test" : undefined,
    stripeAccount,
    requestsPerSecond: rate,
  });
  for (const sentence of connectionText(connection)) say(sentence);
  const progress = progressLine();
  const { rows, path, continued } = await exportStripe(connection, {
    out,
    testClocks,
    onNotice: say,
    onProgress: progressTeller(progress.step, connection.requestsPerSecond),
  }).finally(progress.end);
  say(`${rows} subscriptions${continued ? ", continued" : ""}: ${path}, with ${path}.meta.json`);
}

/** Says how far it is, once a second on a terminal and every ten seconds elsewhere. */
function progressTeller(step: (text: string) => void, limit: number): (progress: StripeExportProgress) => void {
  const pause = process.stderr.isTTY === true ? 1000 : 10_000;
  const started = Date.now();
  let before: StripeExportProgress | null = null;
  let told = started;
  return (progress) => {
    before ??= progress;
    const now = Date.now();
    if (now - told < pause) return;
    told = now;
    const seconds = (now - started) / 1000;
    const requests = (progress.requests - before.requests) / seconds;
    const rows = (progress.rows - before.rows) / seconds;
    step(progressText(progress, requests, rows, limit));
  };
}

const BAR_WIDTH = 20;

/** Such as `████░░░░  40 %  401,200 of about 1,000,000 subscriptions, 19 of 20 requests/s, about 5 min left`. */
function progressText(
  { rows, expected }: StripeExportProgress,
  requests: number,
  speed: number,
  limit: number,
): string {
  const share = expected === 0 ? 0 : rows / expected;
  const full = Math.round(share * BAR_WIDTH);
  const bar = "█".repeat(full) + "░".repeat(BAR_WIDTH - full);
  const left = speed === 0 ? "" : `, about ${durationText((expected - rows) / speed)} left`;
  const count = `${rows.toLocaleString("en")} of about ${expected.toLocaleString("en")} subscriptions`;
  return `${bar} ${Math.floor(share * 100)} %  ${count}, ${Math.round(requests)} of ${limit} requests/s${left}`;
}

function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
