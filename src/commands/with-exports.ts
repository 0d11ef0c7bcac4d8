import type { Command } from "commander";
import { given } from "./option-values";

/** The two exports and what is known of them, as the commands take them. */
export interface ExportOptions {
  readonly stripe: string;
  readonly database: string;
  readonly stripeMetadata?: string;
  readonly stripeAsOf?: string;
  readonly databaseAsOf?: string;
  readonly config?: string;
}

const STRIPE = "Stripe export: CLI or API JSON, Dashboard CSV, Sigma CSV; plain or gzip";
const DATABASE = "database export: psql COPY … WITH CSV HEADER, or JSON; plain or gzip";

/** Adds the options of every command that reads two exports. */
export function withExports(command: Command): Command {
  return withFacts(
    command.requiredOption("--stripe <file>", STRIPE, given).requiredOption("--database <file>", DATABASE, given),
  );
}

/** The same for a command that can make the two exports itself. */
export function withOptionalExports(command: Command): Command {
  return withFacts(command.option("--stripe <file>", STRIPE, given).option("--database <file>", DATABASE, given));
}

function withFacts(command: Command): Command {
  return command
    .option("--stripe-metadata <file>", "Sigma's subscriptions_metadata, when it is not beside the export")
    .option("--stripe-as-of <time>", "when the Stripe export was taken, if no sidecar says so")
    .option("--database-as-of <time>", "when the database export was taken, if no sidecar says so")
    .option("--config <file>", "recon.json: columns, status words and metadata keys of a table of your own");
}
