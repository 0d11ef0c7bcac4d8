import { Command } from "commander";
import { progressLine } from "../progress-line";
import { EXIT } from "../recon-error";
import { endOnSignals } from "./end-on-signals";
import { given } from "./option-values";
import { type LiveSideOptions, modeOf, withLiveSide } from "./with-live";

/** `recon repair verify`: reconciles a run's rows again, hours or weeks later. */
export function repairVerifyCommand(): Command {
  return withLiveSide(new Command("verify"))
    .argument("<run>", "id of the run")
    .description("reconcile the rows of a run and some others again, and put the result on record")
    .option("--out <dir>", "folder to keep the comparison in", given)
    .action(async (runId: string, { out, ...options }: LiveSideOptions & { readonly out?: string }) => {
      endOnSignals("nothing was changed");
      const expectMode = modeOf(options);
      const { verifyRepair } = await import("../repair/repair-steps");
      const progress = progressLine();
      const request = { ...options, expectMode, out, onProgress: progress.step };
      const found = await verifyRepair(runId, request).finally(progress.end);
      const isClean = found.result === "clean";
      const lines = [
        `Run ${runId}: ${found.touched} repaired rows and ${found.drawn} others reconciled again: ${isClean ? "nothing differs" : `${found.remaining.length} differences`}`,
        ...found.remaining.map(({ subscription_id, kind }) => `  ${subscription_id}: ${kind}`),
        ...found.moved_on.map((id) => `  ${id}: has changed in Stripe since; look at it in the next report`),
      ];
      process.stdout.write(`${lines.join("\n")}\n`);
      process.exitCode = isClean ? EXIT.clean : EXIT.discrepancies;
    });
}
