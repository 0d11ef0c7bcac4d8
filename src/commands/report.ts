import { Command } from "commander";
import { checkFolder } from "../check-folder";
import { cellProgress } from "./cell-progress";
import { countsText, endWith } from "./say-summary";
import { type ExportOptions, withExports } from "./with-exports";

/** `recon report`: both notebooks on two exports, saved as a bundle. */
export function reportCommand(): Command {
  return withExports(new Command("report"))
    .description("run the notebooks on two exports and save the whole bundle")
    .option("--out <dir>", "folder of the bundle (default: reports/<run-id>)")
    .action(async (options: ExportOptions & { out?: string }) => {
      if (options.out !== undefined) checkFolder(options.out);
      const { runReport } = await import("../notebook/run-report");
      const progress = cellProgress();
      const run = await runReport({ ...options, ...progress.request }).finally(progress.end);
      const lines = [countsText(run.summary), run.findings.headline, `Report: ${run.html}`, `Cause:  ${run.driftHtml}`];
      process.stdout.write(`${lines.join("\n")}\n`);
      endWith(run.summary);
    });
}
