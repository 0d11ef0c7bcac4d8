import { dirname, join } from "node:path";
import { Command } from "commander";
import { checkFolder } from "../check-folder";
import { progressLine } from "../progress-line";
import { EXIT } from "../recon-error";
import type { AppliedRun } from "../repair/run-stage";
import { given, positiveNumber } from "./option-values";
import { say } from "./say";
import { type LiveSideOptions, modeOf, withLiveSide } from "./with-live";

interface Options extends LiveSideOptions {
  readonly confirm?: string;
  readonly out?: string;
  readonly maxShare?: number;
}

/** `recon repair apply`: applies a plan that a person has read. */
export function repairApplyCommand(): Command {
  return withLiveSide(new Command("apply"))
    .argument("<plan>", "plan.json that recon repair plan wrote")
    .description("apply a plan: back up, write in small batches on record, verify; stopped, the same command goes on")
    .option("--confirm <hash>", "hash of the plan that was read, or of its next stage", given)
    .option(
      "--out <dir>",
      "folder in which the run gets its own, for backup, state after and verification (default: the plan's)",
      given,
    )
    .option(
      "--max-share <share>",
      "largest share of the table that may change, from 0 to 1 (default: 0.05)",
      positiveNumber,
    )
    .action(async (path: string, { confirm, maxShare, ...options }: Options) => {
      const expectMode = modeOf(options);
      const out = options.out ?? dirname(path);
      checkFolder(out);
      const { applyRepair } = await import("../repair/repair-steps");
      const { writeFile } = await import("node:fs/promises");
      const progress = progressLine();
      const request = { ...options, expectMode, plan: path, confirm, out, maxShare };
      const { run, audit } = await applyRepair({
        ...request,
        onProgress: progress.step,
        signal: endAfterBatch(),
      }).finally(progress.end);
      await writeFile(join(run.folder, "audit-trail.md"), audit.text);
      const { repairPageHtml } = await import("../report/repair-page");
      await writeFile(join(run.folder, "repair.html"), await repairPageHtml(path, { run, audit }), { mode: 0o600 });
      process.stdout.write(`${outcomeText(run)}\n`);
      for (const sentence of run.escalate) say(`Escalate: ${sentence}`);
      const command = `recon repair apply ${path} --confirm ${run.nextConfirm?.slice(0, 12)}`;
      if (run.state === "paused")
        say(`Stage ${run.stage} of ${run.stages} is done. Look at it, then go on: ${command}`);
      if (run.state === "stopped") say(`Stopped between two batches. To go on: ${command}`);
      process.exitCode = run.state === "stopped" ? 130 : EXIT.clean;
    });
}

/** The first Ctrl-C or polite kill lets the batch end that is being written; a second one ends at once. */
export function endAfterBatch(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    say("\nStopping after this batch; it is written whole or not at all. Once more to stop at once.");
    controller.abort();
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  return controller.signal;
}

function outcomeText({ runId, changed, skipped, verification, folder, state }: AppliedRun): string {
  const reasons = new Map<string, number>();
  for (const { reason } of skipped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const verified =
    verification === null
      ? []
      : [
          `Verified: ${verification.touched} repaired rows and ${verification.drawn} others reconciled again: nothing differs`,
        ];
  return [
    `Run ${runId}: ${changed} changed, ${skipped.length} skipped${state === "done" ? "" : `, ${state}`}`,
    ...[...reasons].map(([reason, count]) => `  skipped ${count}: ${reason}`),
    ...verified,
    `Report: ${join(folder, "repair.html")}, beside backup, state after and verification`,
    `Undo: recon repair rollback ${runId}`,
  ].join("\n");
}
