import { constants } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { checkFolder } from "./check-folder";
import type { Findings } from "./drift/findings";
import { explainFailure } from "./explain-failure";
import { progressLine } from "./progress-line";
import { EXIT, ReconError } from "./recon-error";
import type { Summary } from "./reconcile/summary";
import { KINDS } from "./subscription";

/** The two exports and what is known of them, as the commands take them. */
interface ExportOptions {
  readonly stripe: string;
  readonly database: string;
  readonly stripeMetadata?: string;
  readonly stripeAsOf?: string;
  readonly databaseAsOf?: string;
  readonly config?: string;
}

/** Adds the options of every command that reads two exports. */
function withExports(command: Command): Command {
  return command
    .requiredOption("--stripe <file>", "Stripe export: CLI or API JSON, Dashboard CSV, Sigma CSV; plain or gzip", given)
    .requiredOption("--database <file>", "database export: psql COPY … WITH CSV HEADER, or JSON; plain or gzip", given)
    .option("--stripe-metadata <file>", "Sigma's subscriptions_metadata, when it is not beside the export")
    .option("--stripe-as-of <time>", "when the Stripe export was taken, if no sidecar says so")
    .option("--database-as-of <time>", "when the database export was taken, if no sidecar says so")
    .option("--config <file>", "recon.json: columns, status words and metadata keys of a table of your own");
}

const program = new Command("recon")
  .description("Reconciles Stripe subscriptions with their copies in a database.")
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(usageText(text)) });

withExports(program.command("diff"))
  .description("compare two exports and write what differs")
  .requiredOption("--out <dir>", "folder for discrepancies.csv, .parquet, population.csv and summary.json", given)
  .action(async (options: ExportOptions & { out: string }) => {
    endOnSignals(`${options.out} is as it was`);
    checkFolder(options.out);
    const { reconcile } = await import("./reconcile/reconcile");
    const progress = progressLine();
    const { summary, directory } = await reconcile({ ...options, onProgress: progress.step }).finally(progress.end);
    say(countsText(summary));
    say(`Results: ${directory}`);
    process.exitCode = exitOf(summary);
    sayWhyIncomparable(summary);
  });

program
  .command("drift")
  .argument("<discrepancies>", "folder that recon diff wrote, or a discrepancies.csv alone", given)
  .description("find the pattern behind the discrepancies: when it began, what it hits, and why")
  .requiredOption("--out <dir>", "folder for findings.json", given)
  .action(async (discrepancies: string, options: { out: string }) => {
    checkFolder(options.out);
    const { analyzeDrift } = await import("./drift/analyze-drift");
    const progress = progressLine();
    const { findings, directory } = await analyzeDrift({
      discrepancies,
      out: options.out,
      onProgress: progress.step,
    }).finally(progress.end);
    say(causesText(findings));
    say(`Findings: ${join(directory, "findings.json")}`);
  });

withExports(program.command("report"))
  .description("run the notebooks on two exports and save the whole bundle")
  .option("--out <dir>", "folder of the bundle (default: reports/<run-id>)")
  .action(async (options: ExportOptions & { out?: string }) => {
    if (options.out !== undefined) checkFolder(options.out);
    const { runReport } = await import("./notebook/run-report");
    const progress = cellProgress();
    const run = await runReport({ ...options, ...progress.request }).finally(progress.end);
    const lines = [countsText(run.summary), run.findings.headline, `Report: ${run.html}`, `Cause:  ${run.driftHtml}`];
    process.stdout.write(`${lines.join("\n")}\n`);
    process.exitCode = exitOf(run.summary);
    sayWhyIncomparable(run.summary);
  });

program
  .command("run <notebook>")
  .description("run one notebook headless and save it executed, with its HTML")
  .requiredOption("--out <dir>", "folder for the executed notebook and its HTML")
  .option(
    "-p, --parameter <name=value>",
    "a parameter of the notebook; may be given several times",
    collectParameter,
    {},
  )
  .option("--cell-timeout <seconds>", "time limit of each cell", positiveNumber, 600)
  .action(
    async (notebook: string, options: { out: string; parameter: Record<string, string>; cellTimeout: number }) => {
      const { runPage } = await import("./notebook/run-page");
      const progress = cellProgress();
      const request = {
        notebook,
        parameters: options.parameter,
        outDir: options.out,
        cellTimeoutSeconds: options.cellTimeout,
      };
      const { run, html } = await runPage({ ...request, ...progress.request }, `Saved by recon run.`).finally(
        progress.end,
      );
      if (run.failure !== undefined) {
        const source = run.failure.source.split("\n").map((line) => `    ${line}`);
        throw new ReconError(
          "cell_failed",
          [`${notebook}: cell ${run.failure.cellIndex + 1} failed.`, ...source, run.failure.message].join("\n"),
        );
      }
      process.stdout.write(`Notebook: ${run.path}\nReport: ${html}\n`);
    },
  );

program
  .command("verify <bundle>")
  .description("check a saved bundle byte by byte, and run its comparison again")
  .option("--stripe <file>", "where the Stripe export is now, if it was moved")
  .option("--database <file>", "where the database export is now, if it was moved")
  .action(async (bundle: string, options: { stripe?: string; database?: string }) => {
    endOnSignals("nothing was checked to the end");
    const [{ verifyBundle }, { PROJECT_ROOT }] = await Promise.all([
      import("./report/verify-bundle"),
      import("./notebook/notebook-process"),
    ]);
    const progress = progressLine();
    const { differences, filesChecked, manifest } = await verifyBundle(
      bundle,
      PROJECT_ROOT,
      options,
      progress.step,
    ).finally(progress.end);
    for (const difference of differences) process.stdout.write(`${difference}\n`);
    if (differences.length === 0)
      process.stdout.write(
        `Run ${manifest.run_id}: ${filesChecked} files are unchanged, and the comparison gives the same result again.\n`,
      );
    process.exitCode = differences.length === 0 ? EXIT.clean : EXIT.discrepancies;
  });

const kernel = program.command("kernel").description("the TypeScript kernel for JupyterLab and VS Code");

kernel
  .command("install")
  .description("install the kernel for this user")
  .action(async () => {
    const { installKernel } = await import("./notebook/kernel-spec");
    process.stdout.write(`Installed: ${installKernel().dir}\n`);
  });

kernel
  .command("list")
  .description("list the kernels installed from this and other checkouts")
  .action(async () => {
    const { listKernels } = await import("./notebook/kernel-spec");
    const kernels = listKernels();
    for (const { name, dir, works } of kernels)
      process.stdout.write(`${name}  ${dir}${works ? "" : "  (its checkout or Node is gone: install again)"}\n`);
    if (kernels.length === 0) say("No kernel is installed. Run: npm run -s recon -- kernel install");
  });

kernel
  .command("remove")
  .description("remove the kernel of this user")
  .action(async () => {
    const { removeKernel } = await import("./notebook/kernel-spec");
    say(removeKernel() ? "Removed." : "There was no kernel to remove.");
  });

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function exitOf(summary: Summary): number {
  return { clean: EXIT.clean, discrepancies: EXIT.discrepancies, incomparable: EXIT.failed }[summary.verdict];
}

/** The counts of the kinds and the verdict, for a terminal. */
function causesText(findings: Findings): string {
  const causes = findings.causes.map(
    ({ code, confidence, subscription_ids }) =>
      `  ${confidence.toFixed(2)}  ${code.padEnd(36)}${String(subscription_ids.length).padStart(8)} subscriptions`,
  );
  return ["", findings.headline, ...causes, "", `Next: ${findings.next_step}`].join("\n");
}

function countsText(summary: Summary): string {
  const wide = 20;
  const cell = (value: string | number): string => String(value).padStart(11);
  const rows = KINDS.map((kind) => {
    const { actionable, review, in_flight, expected } = summary.counts[kind];
    const isWithheld = summary.withheld.some((claim) => claim.kind === kind);
    return (
      kind.padEnd(wide) + (isWithheld ? cell("withheld") : [actionable, review, in_flight, expected].map(cell).join(""))
    );
  });
  const head = "".padEnd(wide) + ["actionable", "review", "in flight", "expected"].map(cell).join("");
  const escalate = summary.escalate ? ", escalate" : "";
  const verdict = `Verdict: ${summary.verdict}; ${summary.affected_subscriptions} subscriptions affected (scope: ${summary.scope}${escalate})`;
  return ["", head, ...rows, "", verdict].join("\n");
}

function sayWhyIncomparable(summary: Summary): void {
  if (summary.refusal !== null) say(`recon: ${summary.refusal}`);
}

/**
 * Ends at once on Ctrl-C or a polite kill: cleans up as on any exit, then dies of the signal, so that a shell sees it. A mere
 * `process.exit` would wait for a read from a pipe that nobody writes to.
 */
function endOnSignals(outcome: string): void {
  let isEnding = false;
  const end = (signal: NodeJS.Signals): void => {
    if (isEnding) return;
    isEnding = true;
    say(`\nrecon: stopped by ${signal}; ${outcome}.`);
    process.emit("exit", 128 + constants.signals[signal]);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  process.on("SIGINT", end).on("SIGTERM", end);
}

/** Progress cell by cell on stderr, and Ctrl-C as an abort. */
function cellProgress(): {
  request: { onProgress: (event: import("./notebook/run-cells").RunProgress) => void; signal: AbortSignal };
  end: () => void;
} {
  const line = progressLine();
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return {
    request: {
      signal: controller.signal,
      onProgress: (event) => {
        if (event.kind === "cell-started") line.step(`[${event.number}/${event.total}] ${event.name}`);
      },
    },
    end: () => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
      line.end();
    },
  };
}

function collectParameter(text: string, given: Record<string, string>): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("expected name=value.");
  return { ...given, [text.slice(0, at)]: text.slice(at + 1) };
}

/** An option whose shell variable was empty is as good as missing. */
function given(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It is empty.");
  return text;
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError("expected a number above 0.");
  return number;
}

/** Commander's text on wrong use as one message of ours. */
function usageText(text: string): string {
  const sentence = text
    .trim()
    .replace(/^error: /, "")
    .replaceAll(/\s*\n\s*/g, " ");
  return `recon: ${sentence.replace(/(?<![.)])$/, ".")} Run with --help to see what it takes.\n`;
}

/** Ends with the exit code of the contract; an error is one message, never a stack. `RECON_DEBUG=1` shows the stack. */
function fail(error: unknown): void {
  const isCommander = error instanceof Error && error.name === "CommanderError" && "exitCode" in error;
  if (isCommander) {
    process.exitCode = error.exitCode === 0 ? EXIT.clean : EXIT.failed;
    return;
  }
  if (process.env["RECON_DEBUG"] !== undefined) console.error(error);
  const { message, exitCode } = explainFailure(error);
  process.exitCode = exitCode;
  say(`recon: ${message}`);
}

/** Whoever reads our output may stop reading, as `| head` does; the files are written all the same. */
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

/** An error outside of any promise, such as a broken pipe inside a library. */
process.on("uncaughtException", (error) => {
  fail(error);
  process.exit();
});

program.parseAsync().catch(fail);
