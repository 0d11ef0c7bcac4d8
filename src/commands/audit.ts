import { Command } from "commander";
import { EXIT } from "../recon-error";
import { say } from "./say";

/** `recon audit`: the runbook's six entries of a repair, out of the journal, whose chain is checked. */
export function auditCommand(): Command {
  return new Command("audit")
    .argument("[run]", "id of the run (default: the newest)")
    .description("print a repair's audit trail from the journal, and check the journal's chain of hashes")
    .addHelpText("after", "\nThe database is taken from DATABASE_URL. It is only read.")
    .action(async (runId: string | undefined) => {
      const { auditRepair } = await import("../repair/repair-steps");
      const { chain, text } = await auditRepair(runId);
      process.stdout.write(text);
      if (chain.kind === "broken") say(`recon: the journal is broken at entry ${chain.seq}: ${chain.what}.`);
      process.exitCode = chain.kind === "intact" ? EXIT.clean : EXIT.discrepancies;
    });
}
