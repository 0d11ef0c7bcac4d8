import { join, resolve } from "node:path";
import { Command } from "commander";
import { checkFolder } from "../check-folder";
import type { NotebookProcess } from "../notebook/notebook-process";
import { ReconError } from "../recon-error";
import { reportsFolder } from "../reports-folder";
import { cellProgress } from "./cell-progress";
import { given, positiveNumber } from "./option-values";
import { plain } from "./with-history";

interface Options {
  readonly out?: string;
  readonly scope?: string;
  readonly days: number;
  readonly label?: string;
}

const PLACE = `
The history is that of DATABASE_URL (schema reconciliation), together with history.ndjson in the folder of reports (RECON_REPORTS).`;

/** `recon health`: the health notebook over the reconciliations on record, saved as a page. */
export function healthCommand(): Command {
  return new Command("health")
    .description(
      "what the runs on record tell: is anything to be done, do repairs hold, does the schedule run; it only reads",
    )
    .option("--out <dir>", "folder of the page (default: health in the folder of reports)", given)
    .option("--scope <scope>", "only this scope: all, or such as tenant_id=tenant_001", given)
    .option("--days <number>", "how far to look back", positiveNumber, 90)
    .option("--label <text>", "a sentence to stand above the verdict", given)
    .addHelpText("after", PLACE)
    .action(async (options: Options) => {
      const out = options.out ?? join(reportsFolder(), "health");
      checkFolder(out);
      const { startNotebookProcess } = await import("../notebook/notebook-process");
      // It starts while the history is read.
      const ahead = startNotebookProcess();
      ahead.loadCharts();
      try {
        const { readHealth } = await import("../monitor/health/read-health");
        const { verdictLines } = await import("../monitor/health/judge-health");
        const { verdict } = await readHealth(options);
        const html = await savePage(options, out, ahead);
        const lines = [verdict.title, ...verdictLines(verdict).map((line) => `  ${plain(line)}`), `Health: ${html}`];
        process.stdout.write(`${lines.join("\n")}\n`);
      } finally {
        ahead.kill();
      }
    });
}

async function savePage({ scope, days, label }: Options, out: string, ahead: NotebookProcess): Promise<string> {
  const { PROJECT_ROOT } = await import("../notebook/notebook-process");
  const { runPage } = await import("../notebook/run-page");
  const progress = cellProgress();
  const texts = { reports: resolve(reportsFolder()), scope, days: String(days), label };
  const parameters = Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
  );
  const notebook = join(PROJECT_ROOT, "notebooks", "reconciliation-health.ipynb");
  const { run, html } = await runPage(
    { notebook, parameters, outDir: out, process: ahead, ...progress.request },
    "Saved by recon health, from what was on record at that time.",
  ).finally(progress.end);
  if (run.failure !== undefined) throw new ReconError("cell_failed", run.failure.message);
  return html;
}
