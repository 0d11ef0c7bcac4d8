import { Command } from "commander";
import { progressLine } from "../progress-line";
import type { ExportProgress } from "../sources/postgres/export-database";
import type { Where } from "../sources/postgres/export-query";
import { addCondition } from "./add-condition";
import { endOnSignals } from "./end-on-signals";
import { given, positiveNumber } from "./option-values";
import { say } from "./say";

interface Options {
  readonly out: string;
  readonly table: string;
  readonly where?: Where;
  readonly config?: string;
  readonly statementTimeout?: number;
}

/** `recon export database`: the table of subscriptions, as it stands at one instant, to a file with its sidecar. */
export function exportDatabaseCommand(): Command {
  return new Command("database")
    .description("export the table of subscriptions from PostgreSQL (DATABASE_URL), read only")
    .requiredOption("--out <file>", "CSV file; compressed when its name ends with .gz", given)
    .option("--table <name>", "the table or view, or schema.table", given, "subscriptions")
    .option(
      "--where <column=value>",
      "only rows with this value; may be given again, also for one column",
      addCondition,
    )
    .option("--config <file>", "recon.json: the columns it names must be there", given)
    .option("--statement-timeout <seconds>", "longest time the query may take (default: 900)", positiveNumber)
    .action(async ({ config, statementTimeout, ...options }: Options) => {
      endOnSignals(`${options.out} is as it was`);
      const { readConfig } = await import("../sources/config");
      const { connectDatabase } = await import("../sources/postgres/connect-database");
      const { exportDatabase } = await import("../sources/postgres/export-database");
      const { databaseText } = await import("../sources/postgres/database-target");
      const mapping = config === undefined ? null : await readConfig(config);
      const progress = progressLine();
      progress.step("connecting");
      const exported = await connectDatabase(process.env["DATABASE_URL"])
        .then(async (client) => {
          progress.step(`exporting ${options.table} of ${databaseText(client)}`);
          const request = { ...options, config: mapping, statementTimeoutSeconds: statementTimeout };
          const onProgress = (done: ExportProgress): void => progress.step(progressText(done));
          return exportDatabase(client, { ...request, onProgress }).finally(() => client.end());
        })
        .finally(progress.end);
      for (const warning of exported.warnings) say(`Note: ${warning}`);
      const { rows, table, bytes, snapshot, path } = exported;
      say(`${count(rows)} rows of ${table} as of ${snapshot.takenAt}, ${megabytes(bytes)}: ${path}`);
    });
}

function progressText({ rows, bytes, estimatedRows }: ExportProgress): string {
  const of = estimatedRows === null ? "" : ` of about ${count(estimatedRows)}`;
  return `${count(rows)}${of} rows, ${megabytes(bytes)}`;
}

function count(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
