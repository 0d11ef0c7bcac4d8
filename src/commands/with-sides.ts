import { type Command, InvalidArgumentError, Option } from "commander";
import { ReconError } from "../recon-error";
import type { Where } from "../sources/postgres/export-query";
import type { StripeMode } from "../sources/stripe-api/read-key";
import { addCondition } from "./add-condition";
import { given, positiveNumber } from "./option-values";
import { type ExportOptions, withOptionalExports } from "./with-exports";

/** Both sides of a report: two exports, or what is to be read live. */
export interface SideOptions extends Partial<ExportOptions> {
  readonly live?: true;
  readonly mode?: StripeMode;
  readonly table?: string;
  readonly where?: Where;
  readonly stripeAccount?: string;
  readonly testClocks?: true;
  readonly rate?: number;
  readonly statementTimeout?: number;
  readonly grace?: number;
  readonly tenants?: true;
}

/** Options that say nothing of two files, and of live sides. */
const OF_LIVE = [
  "mode",
  "table",
  "where",
  "stripeAccount",
  "testClocks",
  "rate",
  "statementTimeout",
  "grace",
  "tenants",
] as const;
const OF_FILES = ["stripe", "database", "stripeMetadata", "stripeAsOf", "databaseAsOf"] as const;

/** Adds the options of a command that compares two exports, or the live sides. */
export function withSides(command: Command): Command {
  const mode = new Option("--mode <mode>", "with --live: refuse a key of the other mode").choices(["live", "test"]);
  return withOptionalExports(command)
    .option(
      "--live",
      "read the sides themselves (STRIPE_API_KEY, DATABASE_URL), and look twice at what is in flight or missing",
    )
    .addOption(mode)
    .option("--table <name>", "with --live: table of subscriptions, or schema.table (default: subscriptions)", given)
    .option("--where <column=value>", "with --live: only rows with this value; may be given again", addCondition)
    .option("--stripe-account <id>", "with --live: connected account, read with the platform's key", given)
    .option("--test-clocks", "with --live: also what is on test clocks")
    .option(
      "--rate <number>",
      "with --live: requests to Stripe a second (default: 20 live, 5 in test mode)",
      positiveNumber,
    )
    .option(
      "--statement-timeout <seconds>",
      "with --live: longest time the export may take (default: 900)",
      positiveNumber,
    )
    .option("--grace <seconds>", "with --live: wait before rows in flight are read again (default: 600)", seconds)
    .option("--tenants", "with --live: reconciled tenant by tenant, by all who run recon worker");
}

/** @throws ReconError when two exports and live sides are mixed up, or neither is given */
export function checkSides(options: SideOptions, command: string): void {
  const [wrong] = (options.live === true ? OF_FILES : OF_LIVE).filter((name) => options[name] !== undefined);
  if (wrong !== undefined)
    throw new ReconError(
      "live_and_files",
      options.live === true
        ? `--live makes the exports itself: leave out ${optionOf(wrong)}.`
        : `${optionOf(wrong)} is about live sides: give --live with it, or leave it out.`,
    );
  if (options.live !== true && (options.stripe === undefined || options.database === undefined))
    throw new ReconError(
      "no_exports",
      `${command} needs --stripe and --database, the two exports; or --live, to make them.`,
    );
}

/** The same options as they are typed, for another process. */
export function sideArguments(options: SideOptions): string[] {
  return (["live", ...OF_LIVE, ...OF_FILES, "config"] as const).flatMap((name) => {
    const value = options[name];
    if (value === undefined) return [];
    if (value === true) return [optionOf(name)];
    if (typeof value !== "object") return [optionOf(name), String(value)];
    return Object.entries(value).flatMap(([column, values]) =>
      values.flatMap((each) => [optionOf(name), `${column}=${each}`]),
    );
  });
}

function optionOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function seconds(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !(number >= 0)) throw new InvalidArgumentError("expected a number of seconds.");
  return number;
}
