import { newRunId, summarize } from "./summarize";
import type { Summary } from "./summary";
import { type ComparisonOptions, withComparison } from "./with-comparison";
import { writeOutputs } from "./write-outputs";

/** What to reconcile, and where the result goes. */
export interface ReconcileOptions extends ComparisonOptions {
  /** Folder for the results; made if it is not there. */
  readonly out: string;
  /** Names the run in its summary; made from the time when not given. */
  readonly runId?: string | null | undefined;
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
  const startedAt = clock();
  const summary = await withComparison(options, async (compared) => {
    options.onProgress?.("Writing the results");
    const hashes = await compared.hashes();
    const runId = options.runId ?? newRunId(startedAt);
    const made = await summarize({ ...compared, hashes, runId, startedAt, finishedAt: clock() });
    await writeOutputs(compared, made, options.out);
    return made;
  });
  return { summary, directory: options.out };
}
