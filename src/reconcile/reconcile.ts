import { readConfig } from "../sources/config";
import type { OpenedFile } from "../sources/open-file";
import { readSource } from "../sources/read-source";
import { refuseSameFile } from "../sources/refuse-same-file";
import { refuseStaleSidecar } from "../sources/refuse-stale-sidecar";
import { type FileScan, scanFile } from "../sources/scan-file";
import { openWorkspace } from "../sources/workspace";
import type { Side } from "../subscription";
import { compareExports } from "./compare-exports";
import { openEngine } from "./open-engine";
import { newRunId, summarize } from "./summarize";
import type { Summary } from "./summary";
import { writeOutputs } from "./write-outputs";

/** What to reconcile, and where the result goes. */
export interface ReconcileOptions {
  /** Path of the Stripe export. */
  readonly stripe: string;
  /** Path of the database export. */
  readonly database: string;
  /** Folder for the results; made if it is not there. */
  readonly out: string;
  readonly stripeMetadata?: string | null | undefined;
  readonly stripeAsOf?: string | null | undefined;
  readonly databaseAsOf?: string | null | undefined;
  /** Path of a `recon.json`. */
  readonly config?: string | null | undefined;
  /** Names the run in its summary; made from the time when not given. */
  readonly runId?: string | null | undefined;
  /** Told what is being done, in a few words. */
  readonly onProgress?: ((step: string) => void) | undefined;
  /** The clock. */
  readonly now?: (() => Date) | undefined;
}

/** A finished reconciliation. */
export interface Reconciliation {
  readonly summary: Summary;
  /** The folder with discrepancies.csv, .parquet, population.csv and summary.json. */
  readonly directory: string;
}

/**
 * Reconciles a Stripe export with a database export.
 *
 * @throws ReconError with one message that names the file, the line and what to do, when there is nothing to compare.
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  const clock = options.now ?? (() => new Date());
  const progress = options.onProgress ?? (() => undefined);
  const startedAt = clock();
  const workspace = openWorkspace();
  try {
    await refuseSameFile(options.stripe, options.database);
    progress("Recognizing the two exports");
    const config = options.config == null ? null : await readConfig(options.config);
    const stripe = await readSource(
      options.stripe,
      { side: "stripe", asOf: options.stripeAsOf, config, metadataPath: options.stripeMetadata },
      workspace,
    );
    const database = await readSource(
      options.database,
      { side: "database", asOf: options.databaseAsOf, config },
      workspace,
    );
    const scans = scanBoth(stripe.file, database.file);
    scans.catch(() => undefined);
    const engine = await openEngine({ temporaryDirectory: workspace.file("spill") });
    try {
      const findings = await compareExports(engine, stripe, database, config, scans, progress);
      progress("Writing the results");
      const scanned = await scans;
      const hashes = { stripe: scanned.stripe.sha256, database: scanned.database.sha256 };
      for (const source of [stripe, database]) refuseStaleSidecar(source, hashes[source.side]);
      const runId = options.runId ?? newRunId(startedAt);
      const parts = { engine, stripe, database, findings, hashes, runId, startedAt, finishedAt: clock() };
      const summary = await summarize(parts);
      await writeOutputs(engine, summary, options.out);
      progress("Done");
      return { summary, directory: options.out };
    } finally {
      engine.close();
    }
  } finally {
    workspace.close();
  }
}

async function scanBoth(stripe: OpenedFile, database: OpenedFile): Promise<Record<Side, FileScan>> {
  const scans = await Promise.all([scanFile(stripe), scanFile(database)]);
  return { stripe: scans[0], database: scans[1] };
}
