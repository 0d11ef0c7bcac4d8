import { Command } from "commander";
import { progressLine } from "../progress-line";
import { EXIT } from "../recon-error";
import { endOnSignals } from "./end-on-signals";

/** `recon verify`: a saved bundle, byte by byte and by repeating its comparison. */
export function verifyCommand(): Command {
  return new Command("verify")
    .argument("<bundle>")
    .description("check a saved bundle byte by byte, and run its comparison again")
    .option("--stripe <file>", "where the Stripe export is now, if it was moved")
    .option("--database <file>", "where the database export is now, if it was moved")
    .action(async (bundle: string, options: { stripe?: string; database?: string }) => {
      endOnSignals("nothing was checked to the end");
      const [{ verifyBundle }, { PROJECT_ROOT }] = await Promise.all([
        import("../report/verify-bundle"),
        import("../notebook/notebook-process"),
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
}
