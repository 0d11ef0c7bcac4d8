import { join } from "node:path";
import { Command } from "commander";
import { checkFolder } from "../check-folder";
import type { Findings } from "../drift/findings";
import { progressLine } from "../progress-line";
import { given } from "./option-values";
import { say } from "./say";

/** `recon drift`: the pattern behind the discrepancies. */
export function driftCommand(): Command {
  return new Command("drift")
    .argument("<discrepancies>", "folder that recon diff wrote, or a discrepancies.csv alone", given)
    .description("find the pattern behind the discrepancies: when it began, what it hits, and why")
    .requiredOption("--out <dir>", "folder for findings.json", given)
    .option("--webhooks <file>", "webhooks.json of recon webhooks: how deliveries went is evidence, too", given)
    .action(async (discrepancies: string, options: { out: string; webhooks?: string }) => {
      checkFolder(options.out);
      const { analyzeDrift } = await import("../drift/analyze-drift");
      const progress = progressLine();
      const { findings, directory } = await analyzeDrift({
        discrepancies,
        webhooks: options.webhooks,
        out: options.out,
        onProgress: progress.step,
      }).finally(progress.end);
      say(causesText(findings));
      say(`Findings: ${join(directory, "findings.json")}`);
    });
}

/** The causes, best first, and the next step, for a terminal. */
function causesText(findings: Findings): string {
  const causes = findings.causes.map(
    ({ code, confidence, subscription_ids }) =>
      `  ${confidence.toFixed(2)}  ${code.padEnd(36)}${String(subscription_ids.length).padStart(8)} subscriptions`,
  );
  return ["", findings.headline, ...causes, "", `Next: ${findings.next_step}`].join("\n");
}
