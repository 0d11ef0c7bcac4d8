import { availableParallelism } from "node:os";
import { type Config, readConfig } from "../sources/config";
import type { OpenedFile } from "../sources/open-file";
import { readSource } from "../sources/read-source";
import { refuseSameFile } from "../sources/refuse-same-file";
import { refuseStaleSidecar } from "../sources/refuse-stale-sidecar";
import { type FileScan, scanFile } from "../sources/scan-file";
import type { Source } from "../sources/source";
import { openWorkspace } from "../sources/workspace";
import type { Side } from "../subscription";
import { compareExports, type Findings } from "./compare-exports";
import { planComparison } from "./comparison";
import { type Engine, openEngine } from "./open-engine";
import { SideScanner } from "./screen/scan-sides";
import { screen } from "./screen/screen";

/** Below so many rows, a second thread of the engine costs more than it brings. */
const FEW_ROWS = 50_000;

/** Two exports, and what is known of them. */
export interface ComparisonOptions {
  /** Path of the Stripe export. */
  readonly stripe: string;
  /** Path of the database export. */
  readonly database: string;
  readonly stripeMetadata?: string | null | undefined;
  readonly stripeAsOf?: string | null | undefined;
  readonly databaseAsOf?: string | null | undefined;
  /** Path of a `recon.json`. */
  readonly config?: string | null | undefined;
  /** Whether plainly equal pairs are set aside before the engine compares the others. Without, it is slower and comes to the same. */
  readonly screens?: boolean | undefined;
  /** Told what is being done, in a few words. */
  readonly onProgress?: ((step: string) => void) | undefined;
}

/** Two exports that were compared; their tables stand in the engine. */
export interface Compared {
  readonly engine: Engine;
  readonly stripe: Source;
  readonly database: Source;
  readonly config: Config | null;
  readonly findings: Findings;
  /**
   * SHA-256 of each export, in hex.
   *
   * @throws ReconError when a sidecar is not of its export
   */
  hashes(): Promise<Readonly<Record<Side, string>>>;
}

/**
 * Compares two exports and works with what was found, as long as the engine that holds it is open.
 *
 * @throws ReconError with one message that names the file, the line and what to do, when there is nothing to compare.
 */
export async function withComparison<Result>(
  options: ComparisonOptions,
  work: (compared: Compared) => Promise<Result>,
): Promise<Result> {
  const progress = options.onProgress ?? (() => undefined);
  const workspace = openWorkspace();
  const scanner = new SideScanner(options.screens === false ? [] : [options.stripe, options.database]);
  let closing = async (): Promise<void> => undefined;
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
    const comparison = planComparison(stripe, database);
    progress("Reading both exports");
    // Opened while the exports are read.
    const opening = openEngine({ temporaryDirectory: workspace.file("spill") });
    opening.catch(() => undefined);
    closing = () => opening.then((engine) => engine.close());
    const screened = options.screens === false ? null : await screen(stripe, database, comparison, workspace, scanner);
    const scans = screened === null ? scanBoth(stripe.file, database.file) : null;
    scans?.catch(() => undefined);
    const hashes = async (): Promise<Record<Side, string>> => {
      const scanned = (await scans) ?? (await screened?.hashes());
      if (scanned === undefined) throw new Error("the exports are either scanned or screened");
      for (const source of [stripe, database]) refuseStaleSidecar(source, scanned[source.side].sha256);
      return { stripe: scanned.stripe.sha256, database: scanned.database.sha256 };
    };
    const engine = await opening;
    const isFew = screened !== null && screened.left < FEW_ROWS;
    if (isFew) await engine.run("SET threads = 1");
    const read = { comparison, screened, scans };
    const findings = await compareExports(engine, stripe, database, config, read, progress);
    // What follows may look at the exports as a whole.
    if (isFew) await engine.run(`SET threads = ${availableParallelism()}`);
    const worked = work({ engine, stripe, database, config, findings, hashes });
    const result = await worked.finally(() => findings.mergedPopulation?.path.catch(() => undefined));
    progress("Done");
    return result;
  } finally {
    await scanner.close();
    await closing().catch(() => undefined);
    workspace.close();
  }
}

async function scanBoth(stripe: OpenedFile, database: OpenedFile): Promise<Record<Side, FileScan>> {
  const scans = await Promise.all([scanFile(stripe), scanFile(database)]);
  return { stripe: scans[0], database: scans[1] };
}
