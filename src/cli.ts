import { Command } from "commander";
import { acceptCommand } from "./commands/accept";
import { auditCommand } from "./commands/audit";
import { checkCommand } from "./commands/check";
import { diffCommand } from "./commands/diff";
import { driftCommand } from "./commands/drift";
import { exportCommand } from "./commands/export";
import { healthCommand } from "./commands/health";
import { historyCommand } from "./commands/history";
import { kernelCommand } from "./commands/kernel";
import { labCommand } from "./commands/lab";
import { repairCommand } from "./commands/repair";
import { reportCommand } from "./commands/report";
import { runCommand } from "./commands/run";
import { say } from "./commands/say";
import { verifyCommand } from "./commands/verify";
import { watchCommand } from "./commands/watch";
import { webhooksCommand } from "./commands/webhooks";
import { workerCommand } from "./commands/worker";
import { explainFailure } from "./explain-failure";
import { EXIT } from "./recon-error";

const COMMANDS = [
  checkCommand,
  diffCommand,
  driftCommand,
  exportCommand,
  reportCommand,
  watchCommand,
  repairCommand,
  auditCommand,
  runCommand,
  verifyCommand,
  healthCommand,
  historyCommand,
  acceptCommand,
  webhooksCommand,
  workerCommand,
  kernelCommand,
  labCommand,
];

const program = new Command("recon").description("Reconciles Stripe subscriptions with their copies in a database.");
for (const makeCommand of COMMANDS) program.addCommand(makeCommand());
for (const command of withItsCommands(program))
  command.exitOverride().configureOutput({ outputError: (text, write) => write(usageText(text)) });

/** A command and all commands below it. */
function withItsCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withItsCommands)];
}

/** Commander's text on wrong use as one message of ours. */
function usageText(text: string): string {
  const sentence = text
    .trim()
    .replace(/^error: /, "")
    .replaceAll(/\s*\n\s*/g, " ");
  return `recon: ${sentence.replace(/(?<![.)])$/, ".")} Run with --help to see what it takes.\n`;
}

/** Ends with the exit code of the contract; an error is one message, never a stack. `RECON_DEBUG=1` shows the stack. */
function fail(error: unknown): void {
  const isCommander = error instanceof Error && error.name === "CommanderError" && "exitCode" in error;
  if (isCommander) {
    process.exitCode = error.exitCode === 0 ? EXIT.clean : EXIT.failed;
    return;
  }
  if (process.env["RECON_DEBUG"] !== undefined) console.error(error);
  const { message, exitCode } = explainFailure(error);
  process.exitCode = exitCode;
  say(`recon: ${message}`);
}

/** Whoever reads our output may stop reading, as `| head` does; the files are written all the same. */
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

/** An error outside of any promise, such as a broken pipe inside a library. */
process.on("uncaughtException", (error) => {
  fail(error);
  process.exit();
});

program.parseAsync().catch(fail);
