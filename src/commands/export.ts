import { Command } from "commander";
import { exportDatabaseCommand } from "./export-database";
import { exportStripeCommand } from "./export-stripe";

/** `recon export`: a live side to a file with its sidecar. */
export function exportCommand(): Command {
  return new Command("export")
    .description("export a live side to a file that can be reconciled, with a sidecar that says what it is")
    .addCommand(exportStripeCommand())
    .addCommand(exportDatabaseCommand());
}
