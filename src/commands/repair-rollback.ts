import { Command } from "commander";
import { progressLine } from "../progress-line";
import { EXIT } from "../recon-error";
import { listOf } from "./option-values";
import { endAfterBatch } from "./repair-apply";
import { say } from "./say";

interface Options {
  readonly only?: readonly string[];
  readonly deleteInserted?: true;
}

/** `recon repair rollback`: puts back what a run changed. */
export function repairRollbackCommand(): Command {
  return new Command("rollback")
    .argument("<run>", "id of the run, as recon repair apply said it")
    .description("put back what a run changed, where nobody has changed it since")
    .option("--only <ids>", "only these subscriptions, joined by commas", listOf)
    .option("--delete-inserted", "remove inserted rows that nothing refers to, instead of archiving them")
    .addHelpText("after", "\nThe database is taken from DATABASE_URL. Stripe is not asked.")
    .action(async (runId: string, { only, deleteInserted }: Options) => {
      const { rollBackRepair } = await import("../repair/repair-steps");
      const progress = progressLine();
      const request = { only, deleteInserted, onProgress: progress.step, signal: endAfterBatch() };
      const done = await rollBackRepair(runId, request).finally(progress.end);
      const { restored, archived, deleted, leftAlone, notAsBefore } = done;
      const lines = [
        `Run ${runId}: ${restored} restored, ${archived} inserted rows archived, ${deleted} removed, ${leftAlone.length} left alone`,
        ...leftAlone.map(({ subscription_id, reason }) => `  ${subscription_id}: ${reason}`),
      ];
      process.stdout.write(`${lines.join("\n")}\n`);
      if (notAsBefore.length > 0) say(`Note: a trigger of the table wrote ${notAsBefore.join(", ")} anew.`);
      if (done.state === "stopped") say("Stopped between two batches. The same command goes on.");
      const isNothing = restored + archived + deleted === 0;
      process.exitCode = done.state === "stopped" ? 130 : isNothing ? EXIT.discrepancies : EXIT.clean;
    });
}
