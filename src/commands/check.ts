import { Command } from "commander";
import type { SafetyReport } from "../monitor/safety-check";
import { EXIT, ReconError } from "../recon-error";
import { reportsFolder } from "../reports-folder";
import { given, positiveNumber } from "./option-values";

interface Options {
  readonly table: string;
  readonly stripeAccount?: string;
  readonly live?: true;
  readonly test?: true;
  readonly reports: string;
  readonly timeout: number;
  readonly json?: true;
}

/** `recon check`: the runbook's immediate safety checks. */
export function checkCommand(): Command {
  return new Command("check")
    .description("the runbook's safety checks: database, Stripe, last reconciliation, impact; it only reads")
    .option("--table <name>", "table of subscriptions", given, "subscriptions")
    .option("--stripe-account <id>", "connected account, read with the platform's key", given)
    .option("--live", "fail with a key of test mode")
    .option("--test", "fail with a key of live mode")
    .option(
      "--reports <dir>",
      "folder of the reports and, without a database, of their history",
      given,
      reportsFolder(),
    )
    .option("--timeout <seconds>", "how long each side may take", positiveNumber, 10)
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nThe sides are taken from DATABASE_URL and STRIPE_API_KEY; one that is not set is a warning.",
    )
    .action(async ({ live, test, json, timeout, ...options }: Options) => {
      if (live && test) throw new ReconError("stripe_mode", "--live and --test exclude each other.");
      const { runSafetyChecks } = await import("../monitor/run-safety-checks");
      const expectMode = live ? "live" : test ? "test" : undefined;
      const report = await runSafetyChecks({ ...options, expectMode, seconds: timeout });
      const text = json ? JSON.stringify(report, null, 2) : checksText(report);
      const isFailed = report.checks.some(({ outcome }) => outcome === "fail");
      // A side that hangs would keep the process alive.
      process.stdout.write(`${text}\n`, () => process.exit(isFailed ? EXIT.failed : EXIT.clean));
    });
}

const SIGNS = { pass: "✓ pass", warn: "! warn", fail: "✕ fail" } as const;

function checksText({ checks }: SafetyReport): string {
  return checks
    .map(({ name, outcome, says, todo }) => {
      const head = `${SIGNS[outcome]}  ${name.replaceAll("_", " ").padEnd(20)}${says}`;
      return todo === null ? head : `${head}\n${" ".repeat(28)}→ ${todo}`;
    })
    .join("\n");
}
