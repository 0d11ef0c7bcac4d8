import { existsSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { ReconError } from "../recon-error";
import { newRunId } from "../reconcile/summarize";
import { readSummary, type Summary } from "../reconcile/summary";
import { auditTrail } from "../report/audit-trail";
import { MANIFEST, writeManifest } from "../report/write-manifest";
import { PROJECT_ROOT } from "./notebook-process";
import type { RunProgress } from "./run-cells";
import type { RunFailure } from "./run-notebook";
import { runPage } from "./run-page";

/** What to report on. Paths are relative to the current folder. */
export interface ReportOptions {
  readonly stripe: string;
  readonly database: string;
  /** Folder of the bundle; `reports/<run-id>` of the project when not given. */
  readonly out?: string | undefined;
  readonly stripeMetadata?: string | undefined;
  readonly stripeAsOf?: string | undefined;
  readonly databaseAsOf?: string | undefined;
  readonly config?: string | undefined;
  readonly onProgress?: (event: RunProgress) => void;
  readonly signal?: AbortSignal;
}

/** A saved bundle. */
export interface ReportRun {
  readonly summary: Summary;
  readonly directory: string;
  /** Path of the reconciliation's HTML report. */
  readonly html: string;
}

const NOTEBOOK = join("notebooks", "reconciliation.ipynb");

/**
 * Runs the reconciliation notebook and saves the whole bundle: notebook, HTML, tables, audit trail, and the manifest last.
 *
 * An aborted run removes the folder it made.
 *
 * @throws ReconError of the cell that failed, such as for an export that cannot be read
 */
export async function runReport(options: ReportOptions): Promise<ReportRun> {
  const startedAt = new Date();
  const runId = newRunId(startedAt);
  const directory = options.out ?? join(relative(process.cwd(), join(PROJECT_ROOT, "reports")), runId);
  const isOurs = !existsSync(directory);
  await mkdir(directory, { recursive: true });
  rmSync(join(directory, MANIFEST), { force: true });
  try {
    const parameters = parametersOf(options, runId, directory);
    const { run, html } = await runPage(
      {
        notebook: join(PROJECT_ROOT, NOTEBOOK),
        parameters,
        outDir: directory,
        ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      },
      `Run ${runId}. Every file of this report is listed in manifest.json with its SHA-256; "recon verify" checks them.`,
    );
    if (run.failure !== undefined) throw cellError(run.failure);
    const summary = await readSummary(join(directory, "summary.json"));
    await writeFile(join(directory, "audit-trail.md"), auditTrail(summary));
    await writeManifest({
      directory,
      project: PROJECT_ROOT,
      summary,
      parameters: { ...run.parameters.defaults, ...run.parameters.given },
      alsoRead: [
        ...summary.inputs.stripe.also_read,
        ...summary.inputs.database.also_read,
        ...(parameters["config"] === undefined ? [] : [parameters["config"]]),
      ],
      notebooks: [NOTEBOOK],
      startedAt: `${startedAt.toISOString().slice(0, 19)}Z`,
      finishedAt: `${new Date().toISOString().slice(0, 19)}Z`,
    });
    return { summary, directory, html };
  } catch (error) {
    if (isOurs) rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

/** Cells run in the project's folder, so every path is given from there, or in full when it lies elsewhere. */
function parametersOf(options: ReportOptions, runId: string, directory: string): Record<string, string> {
  const fromProject = (path: string): string => {
    const inside = relative(PROJECT_ROOT, resolve(path));
    return inside.startsWith("..") || inside === "" ? resolve(path) : inside;
  };
  const paths = {
    stripe: options.stripe,
    database: options.database,
    stripeMetadata: options.stripeMetadata,
    config: options.config,
    out: directory,
  };
  const given: [string, string][] = Object.entries(paths).flatMap(([name, path]) =>
    path === undefined ? [] : [[name, fromProject(path)]],
  );
  const times = { stripeAsOf: options.stripeAsOf, databaseAsOf: options.databaseAsOf };
  const texts: [string, string][] = Object.entries(times).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, text]],
  );
  return Object.fromEntries([...given, ...texts, ["runId", runId]]);
}

function cellError(failure: RunFailure): ReconError {
  return new ReconError("cell_failed", failure.message);
}
