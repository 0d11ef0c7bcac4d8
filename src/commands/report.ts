import { Command, InvalidArgumentError, Option } from "commander";
import { checkFolder } from "../check-folder";
import type { ReportRun, runLiveReport } from "../notebook/run-report";
import { ReconError } from "../recon-error";
import type { Where } from "../sources/postgres/export-query";
import type { StripeMode } from "../sources/stripe-api/read-key";
import { addCondition } from "./add-condition";
import { cellProgress } from "./cell-progress";
import { given, positiveNumber } from "./option-values";
import { countsText, endWith } from "./say-summary";
import { type ExportOptions, withOptionalExports } from "./with-exports";

interface Options extends Partial<ExportOptions> {
  readonly out?: string;
  readonly live?: true;
  readonly mode?: StripeMode;
  readonly table?: string;
  readonly where?: Where;
  readonly stripeAccount?: string;
  readonly testClocks?: true;
  readonly rate?: number;
  readonly statementTimeout?: number;
  readonly grace?: number;
  readonly tenants?: true;
  readonly period?: string;
}

/** Options that say nothing of two files, and of live sides. */
const OF_LIVE = [
  "mode",
  "table",
  "where",
  "stripeAccount",
  "testClocks",
  "rate",
  "statementTimeout",
  "grace",
  "tenants",
  "period",
] as const;
const OF_FILES = ["stripe", "database", "stripeMetadata", "stripeAsOf", "databaseAsOf"] as const;

/** `recon report`: both notebooks on two exports, or on both live sides, saved as a bundle. */
export function reportCommand(): Command {
  const mode = new Option("--mode <mode>", "with --live: refuse a key of the other mode").choices(["live", "test"]);
  const period = new Option("--period <time>", "with --tenants: the period that is reconciled, each once").argParser(
    instant,
  );
  return withOptionalExports(new Command("report"))
    .description("run the notebooks on two exports, or on the live sides, and save the whole bundle")
    .option("--out <dir>", "folder of the bundle (default: reports/<run-id>)")
    .option(
      "--live",
      "read the sides themselves (STRIPE_API_KEY, DATABASE_URL), and look twice at what is in flight or missing",
    )
    .addOption(mode)
    .option("--table <name>", "with --live: table of subscriptions, or schema.table (default: subscriptions)", given)
    .option("--where <column=value>", "with --live: only rows with this value; may be given again", addCondition)
    .option("--stripe-account <id>", "with --live: connected account, read with the platform's key", given)
    .option("--test-clocks", "with --live: also what is on test clocks")
    .option(
      "--rate <number>",
      "with --live: requests to Stripe a second (default: 20 live, 5 in test mode)",
      positiveNumber,
    )
    .option(
      "--statement-timeout <seconds>",
      "with --live: longest time the export may take (default: 900)",
      positiveNumber,
    )
    .option("--tenants", "with --live: reconciled tenant by tenant, by all who run recon worker")
    .addOption(period)
    .option("--grace <seconds>", "with --live: wait before rows in flight are read again (default: 600)", seconds)
    .action(async (options: Options) => {
      checkSides(options);
      if (options.out !== undefined) checkFolder(options.out);
      const run = await (options.live === true ? reportLive(options) : reportOnFiles(options));
      const lines = [countsText(run.summary), run.findings.headline, `Report: ${run.html}`, `Cause:  ${run.driftHtml}`];
      process.stdout.write(`${lines.join("\n")}\n`);
      endWith(run.summary);
    });
}

function checkSides(options: Options): void {
  const optionOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const [wrong] = (options.live === true ? OF_FILES : OF_LIVE).filter((name) => options[name] !== undefined);
  if (wrong !== undefined)
    throw new ReconError(
      "live_and_files",
      options.live === true
        ? `--live makes the exports itself: leave out ${optionOf(wrong)}.`
        : `${optionOf(wrong)} is about live sides: give --live with it, or leave it out.`,
    );
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

async function reportLive({ out, config, statementTimeout, grace, ...choice }: Options): Promise<ReportRun> {
  const report = await import("../notebook/run-report");
  const progress = cellProgress();
  const { signal } = progress.request;
  const exporter = choice.tenants === true ? await byTenants(choice.period) : undefined;
  const sides = { ...choice, statementTimeoutSeconds: statementTimeout, graceSeconds: grace };
  const tell = { onProgress: progress.step, onNotice: progress.note };
  try {
    return await report.runLiveReport({ out, config, ...progress.request }, { ...sides, ...tell }, exporter);
  } finally {
    progress.end();
    // What is still asked of a side would keep the process alive.
    if (signal.aborted) setImmediate(() => process.exit());
  }
}

async function byTenants(period: string | undefined): Promise<Parameters<typeof runLiveReport>[2]> {
  const { exportByTenants } = await import("../monitor/tenants/export-by-tenants");
  return (options) => exportByTenants({ ...options, period });
}

function instant(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError("expected a time such as 2026-11-02T06:00:00Z.");
  return time.toISOString();
}

function seconds(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !(number >= 0)) throw new InvalidArgumentError("expected a number of seconds.");
  return number;
}
