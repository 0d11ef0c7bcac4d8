import { Command, InvalidArgumentError } from "commander";
import { checkFolder } from "../check-folder";
import type { ReportRun } from "../notebook/run-report";
import { progressLine } from "../progress-line";
import { ReconError } from "../recon-error";
import { cellProgress } from "./cell-progress";
import { given, positiveNumber } from "./option-values";
import { say } from "./say";
import { countsText, endWith } from "./say-summary";
import { type ExportOptions, withOptionalExports } from "./with-exports";

interface Options extends Partial<ExportOptions> {
  readonly out?: string;
  readonly live?: true;
  readonly table: string;
  readonly stripeAccount?: string;
  readonly rate?: number;
  readonly grace?: number;
}

/** `recon report`: both notebooks on two exports, or on both live sides, saved as a bundle. */
export function reportCommand(): Command {
  return withOptionalExports(new Command("report"))
    .description("run the notebooks on two exports, or on the live sides, and save the whole bundle")
    .option("--out <dir>", "folder of the bundle (default: reports/<run-id>)")
    .option(
      "--live",
      "read the sides themselves (STRIPE_API_KEY, DATABASE_URL), and look twice at what is in flight or missing",
    )
    .option("--table <name>", "with --live: table of subscriptions", given, "subscriptions")
    .option("--stripe-account <id>", "with --live: connected account, read with the platform's key", given)
    .option("--rate <number>", "with --live: requests to Stripe a second (default: 20)", positiveNumber)
    .option("--grace <seconds>", "with --live: wait before rows in flight are read again (default: 600)", seconds)
    .action(async (options: Options) => {
      if (options.out !== undefined) checkFolder(options.out);
      const run = await (options.live === true ? reportLive(options) : reportOnFiles(options));
      const lines = [countsText(run.summary), run.findings.headline, `Report: ${run.html}`, `Cause:  ${run.driftHtml}`];
      process.stdout.write(`${lines.join("\n")}\n`);
      endWith(run.summary);
    });
}

async function reportOnFiles({ stripe, database, ...options }: Options): Promise<ReportRun> {
  if (stripe === undefined || database === undefined)
    throw new ReconError(
      "no_exports",
      "recon report needs --stripe and --database, the two exports; or --live, to make them.",
    );
  const { runReport } = await import("../notebook/run-report");
  const progress = cellProgress();
  return runReport({ ...options, stripe, database, ...progress.request }).finally(progress.end);
}

async function reportLive({
  stripe,
  database,
  grace,
  table,
  rate,
  stripeAccount,
  ...options
}: Options): Promise<ReportRun> {
  if (stripe !== undefined || database !== undefined)
    throw new ReconError("live_and_files", "--live makes the exports itself: leave out --stripe and --database.");
  const { runLiveReport } = await import("../notebook/run-report");
  const { connectStripe } = await import("../sources/stripe-api/connect-stripe");
  const { connectDatabase } = await import("../sources/postgres/connect-database");
  const { exportLive, GRACE_SECONDS } = await import("../reconcile/live/export-live");
  const key = process.env["STRIPE_API_KEY"];
  const apiBase = process.env["STRIPE_API_BASE"];
  const connection = await connectStripe({ key, apiBase, stripeAccount, requestsPerSecond: rate });
  say(`Stripe account ${connection.account.id ?? "unknown"}; ${connection.account.livemode ? "live" : "test"} mode.`);
  const client = await connectDatabase(process.env["DATABASE_URL"]);
  const cells = cellProgress();
  try {
    return await runLiveReport({ ...options, ...cells.request }, async (out) => {
      const progress = progressLine();
      const request = { stripe: connection, client, out, table, config: options.config };
      const signal = cells.request.signal;
      const graceSeconds = grace ?? GRACE_SECONDS;
      const made = await exportLive({ ...request, graceSeconds, signal, onProgress: progress.step }).finally(
        progress.end,
      );
      for (const warning of made.warnings) say(`Note: ${warning}`);
      say(
        `${made.reread} subscriptions in flight were read again, ${made.stillMoving} still moved; ${made.asked} that seemed missing in Stripe were asked for, ${made.absent} are not there.`,
      );
      return made;
    });
  } catch (error) {
    if (!cells.request.signal.aborted) throw error;
    throw new ReconError("aborted", "The live report was stopped; nothing was kept.", { exitCode: 130, cause: error });
  } finally {
    cells.end();
    await client.end().catch(() => undefined);
  }
}

function seconds(text: string): number {
  const number = Number(text);
  if (!(number >= 0)) throw new InvalidArgumentError("expected a number of seconds.");
  return number;
}
