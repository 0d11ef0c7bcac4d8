import { Command, InvalidArgumentError } from "commander";
import { ReconError } from "../recon-error";
import { cellProgress } from "./cell-progress";
import { positiveNumber } from "./option-values";

interface RunOptions {
  readonly out: string;
  readonly parameter: Readonly<Record<string, string>>;
  readonly cellTimeout: number;
}

/** `recon run`: one notebook headless. */
export function runCommand(): Command {
  return new Command("run")
    .argument("<notebook>")
    .description("run one notebook headless and save it executed, with its HTML")
    .requiredOption("--out <dir>", "folder for the executed notebook and its HTML")
    .option(
      "-p, --parameter <name=value>",
      "a parameter of the notebook; may be given several times",
      collectParameter,
      {},
    )
    .option("--cell-timeout <seconds>", "time limit of each cell", positiveNumber, 600)
    .action(runNotebook);
}

async function runNotebook(notebook: string, options: RunOptions): Promise<void> {
  const { runPage } = await import("../notebook/run-page");
  const progress = cellProgress();
  const request = {
    notebook,
    parameters: options.parameter,
    outDir: options.out,
    cellTimeoutSeconds: options.cellTimeout,
    ...progress.request,
  };
  const { run, html } = await runPage(request, "Saved by recon run.").finally(progress.end);
  if (run.failure !== undefined) {
    const source = run.failure.source.split("\n").map((line) => `    ${line}`);
    throw new ReconError(
      "cell_failed",
      [`${notebook}: cell ${run.failure.cellIndex + 1} failed.`, ...source, run.failure.message].join("\n"),
    );
  }
  process.stdout.write(`Notebook: ${run.path}\nReport: ${html}\n`);
}

function collectParameter(text: string, given: Record<string, string>): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("expected name=value.");
  return { ...given, [text.slice(0, at)]: text.slice(at + 1) };
}
