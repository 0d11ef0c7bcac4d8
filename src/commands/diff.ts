import { Command } from "commander";
import { checkFolder } from "../check-folder";
import { progressLine } from "../progress-line";
import { endOnSignals } from "./end-on-signals";
import { given } from "./option-values";
import { say } from "./say";
import { countsText, endWith } from "./say-summary";
import { type ExportOptions, withExports } from "./with-exports";

/** `recon diff`: the reconciliation alone, without a notebook. */
export function diffCommand(): Command {
  return withExports(new Command("diff"))
    .description("compare two exports and write what differs")
    .requiredOption("--out <dir>", "folder for discrepancies.csv, .parquet, population.csv and summary.json", given)
    .action(async (options: ExportOptions & { out: string }) => {
      endOnSignals(`${options.out} is as it was`);
      checkFolder(options.out);
      const { reconcile } = await import("../reconcile/reconcile");
      const progress = progressLine();
      const { summary, directory } = await reconcile({ ...options, onProgress: progress.step }).finally(progress.end);
      say(countsText(summary));
      say(`Results: ${directory}`);
      endWith(summary);
    });
}
