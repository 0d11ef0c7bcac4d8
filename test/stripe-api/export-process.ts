import { Command } from "commander";
import { exportStripeCommand } from "../../src/commands/export-stripe";
import { explainFailure } from "../../src/explain-failure";

// `recon export stripe` in a process of its own, which a test can kill: node --import tsx export-process.ts --out FILE …
new Command()
  .addCommand(exportStripeCommand())
  .parseAsync(["stripe", ...process.argv.slice(2)], { from: "user" })
  .catch((error: unknown) => {
    const { message, exitCode } = explainFailure(error);
    process.stderr.write(`recon: ${message}\n`);
    process.exitCode = exitCode;
  });
