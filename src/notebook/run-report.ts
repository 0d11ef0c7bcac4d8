import { existsSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { type Findings, readFindings } from "../drift/findings";
import { explainFailure } from "../explain-failure";
import { type Recording, recordRun } from "../monitor/record-run";
import type { RunRecord } from "../monitor/run-record";
import { ReconError } from "../recon-error";
import { GRACE_SECONDS } from "../reconcile/live/export-live";
import { exportSides, type SidesOptions } from "../reconcile/live/export-sides";
import { newRunId } from "../reconcile/summarize";
import { readSummary, type Summary } from "../reconcile/summary";
import { removeFolder } from "../remove-folder";
import { auditTrail } from "../report/audit-trail";
import { MANIFEST, writeManifest } from "../report/write-manifest";
import { reportsFolder } from "../reports-folder";
import { PROJECT_ROOT, startNotebookProcess } from "./notebook-process";
import type { ParameterValue } from "./read-parameters";
import type { RunProgress } from "./run-cells";
import type { RunResult } from "./run-notebook";
import { type PageRun, runPage } from "./run-page";

/** What to report on. Paths are relative to the current folder. */
export interface ReportOptions extends ReportSettings {
  readonly stripe: string;
  readonly database: string;
}

/** How a report is made, of exports or of the live sides. */
export interface ReportSettings {
  /** Folder of the bundle; `<run-id>` in the folder of reports when not given. */
  readonly out?: string | undefined;
  readonly stripeMetadata?: string | undefined;
  readonly stripeAsOf?: string | undefined;
  readonly databaseAsOf?: string | undefined;
  readonly config?: string | undefined;
  /** Names the run; made from the time when not given. */
  readonly runId?: string | undefined;
  /** Where the run is put on record, also when it fails; nowhere when not given. */
  readonly recording?: Recording | undefined;
  /** Told what was put on record. */
  readonly onRecord?: ((record: RunRecord) => Promise<void>) | undefined;
  /** Told what a person should know, a sentence each. */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  /** Told of each cell, and of which notebook it is. */
  readonly onProgress?: (event: RunProgress, notebook: string) => void;
  readonly signal?: AbortSignal;
}

/** A saved bundle. */
export interface ReportRun {
  readonly summary: Summary;
  readonly findings: Findings;
  readonly directory: string;
  /** Path of the reconciliation's HTML report. */
  readonly html: string;
  /** Path of the drift analysis' HTML report. */
  readonly driftHtml: string;
}

const RECONCILIATION = join("notebooks", "reconciliation.ipynb");
const DRIFT = join("notebooks", "drift-analysis.ipynb");

/**
 * Runs the reconciliation notebook, then the drift analysis on what it found (also when the exports could not be compared: it may
 * tell why), and saves the whole bundle: notebooks, HTML, tables, audit trail, and the manifest last.
 *
 * An aborted run removes the folder it made.
 *
 * @throws ReconError of the cell that failed, such as for an export that cannot be read
 */
export function runReport(options: ReportOptions): Promise<ReportRun> {
  return reportOn(options, async () => options);
}

/**
 * The same for both live sides, whose exports are made first, in the bundle's own folder.
 *
 * @param exporter - what makes them: this process, or workers tenant by tenant
 */
export function runLiveReport(
  settings: ReportSettings,
  sides: Omit<SidesOptions, "out" | "config" | "signal">,
  exporter: LiveExporter = exportSides,
): Promise<ReportRun> {
  const { config, signal } = settings;
  const exportsIn = (out: string): Promise<Exports> => {
    const exporting = exporter({ ...sides, out, config, signal });
    exporting.catch(() => undefined);
    return Promise.race([exporting, aborted(signal)]);
  };
  const { table = null, where, stripeAccount = null, testClocks = false, graceSeconds = GRACE_SECONDS } = sides;
  const rows = typeof where === "object" && where !== null ? JSON.stringify(where) : (where ?? null);
  return reportOn(settings, exportsIn, {
    ...{ live: true, table, where: rows, stripeAccount, testClocks, graceSeconds },
    ...(exporter === exportSides ? {} : { tenants: true }),
  });
}

/** Two exports of the live sides, in the folder it is given. */
export type LiveExporter = (options: SidesOptions) => Promise<Exports>;

type Exports = Pick<ReportOptions, "stripe" | "database"> & { readonly stripeCalls?: number };

/** Fails as soon as the run is to stop: a side that hangs would take its time to notice. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void =>
      reject(new ReconError("aborted", "The report was stopped; nothing was written.", { exitCode: 130 }));
    if (signal?.aborted === true) stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
}

async function reportOn(
  settings: ReportSettings,
  exportsIn: (directory: string) => Promise<Exports>,
  recorded: Readonly<Record<string, ParameterValue>> = {},
): Promise<ReportRun> {
  const startedAt = new Date();
  const runId = settings.runId ?? newRunId(startedAt);
  const directory = settings.out ?? join(reportsFolder(), runId);
  const isOurs = !existsSync(directory);
  await mkdir(directory, { recursive: true });
  try {
    const { stripe, database, stripeCalls = null } = await exportsIn(directory);
    rmSync(join(directory, MANIFEST), { force: true });
    const options: ReportOptions = { ...settings, stripe, database };
    const parameters = parametersOf(options, runId, directory);
    const { reconciliation, drift } = await runNotebooks(options, parameters, directory);
    const summary = await readSummary(join(directory, "summary.json"));
    const findings = await readFindings(join(directory, "findings.json"));
    await writeFile(join(directory, "audit-trail.md"), auditTrail(summary, findings));
    await writeManifest({
      directory,
      project: PROJECT_ROOT,
      summary,
      parameters: { ...effective(drift.run), ...effective(reconciliation.run), ...recorded },
      alsoRead: [
        ...summary.inputs.stripe.also_read,
        ...summary.inputs.database.also_read,
        ...(parameters["config"] === undefined ? [] : [parameters["config"]]),
      ],
      notebooks: [RECONCILIATION, DRIFT],
      startedAt: `${startedAt.toISOString().slice(0, 19)}Z`,
      finishedAt: `${new Date().toISOString().slice(0, 19)}Z`,
    });
    const finished = { summary, findings, directory, startedAt, finishedAt: new Date(), stripeCalls };
    await putOnRecord(settings, finished);
    return { summary, findings, directory, html: reconciliation.html, driftHtml: drift.html };
  } catch (error) {
    if (isOurs) removeFolder(directory);
    const isStoppedByHand = settings.signal?.aborted === true && settings.recording?.trigger === "by_hand";
    if (!isStoppedByHand)
      await putOnRecord(settings, {
        runId,
        outcome: "failed",
        message: explainFailure(error).message,
        startedAt,
        finishedAt: new Date(),
        source: recorded["live"] === true ? "live" : "files",
      });
    throw error;
  }
}

/** Puts the run on record, where that is wanted. */
async function putOnRecord(
  { recording, onRecord, onNotice }: ReportSettings,
  run: Parameters<typeof recordRun>[1],
): Promise<void> {
  if (recording === undefined) return;
  const { record, notes } = await recordRun(recording, run);
  for (const note of notes) onNotice?.(`Note: ${note}`);
  if (record !== null) await onRecord?.(record);
}

/** Runs both notebooks, one after the other in one process, where the second one finds loaded what the first one needed. */
async function runNotebooks(
  { onProgress, signal }: ReportOptions,
  parameters: Readonly<Record<string, string>>,
  directory: string,
): Promise<{ readonly reconciliation: PageRun; readonly drift: PageRun }> {
  const footer = `Run ${parameters["runId"]}. Every file of this report is listed in manifest.json with its SHA-256; "recon verify" checks them.`;
  const requestOf = (title: string, notebook: string) => ({
    outDir: directory,
    notebook: join(PROJECT_ROOT, notebook),
    onProgress: (event: RunProgress) => onProgress?.(event, title),
    ...(signal === undefined ? {} : { signal }),
  });
  const process = startNotebookProcess();
  process.loadCharts();
  try {
    const first = { ...requestOf("Reconciliation", RECONCILIATION), parameters, process, isFollowed: true };
    const reconciliation = throwFailure(await runPage(first, footer));
    const out = fromProject(directory);
    const second = { ...requestOf("Drift analysis", DRIFT), parameters: { discrepancies: out, out } };
    const drift = throwFailure(await runPage({ ...second, process }, footer));
    return { reconciliation, drift };
  } finally {
    process.kill();
  }
}

function effective({ parameters }: RunResult): Readonly<Record<string, ParameterValue>> {
  return { ...parameters.defaults, ...parameters.given };
}

function parametersOf(options: ReportOptions, runId: string, directory: string): Record<string, string> {
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

/** Cells run in the project's folder, so every path is given from there, or in full when it lies elsewhere. */
function fromProject(path: string): string {
  const inside = relative(PROJECT_ROOT, resolve(path));
  return inside.startsWith("..") || inside === "" ? resolve(path) : inside;
}

function throwFailure(done: PageRun): PageRun {
  if (done.run.failure !== undefined) throw new ReconError("cell_failed", done.run.failure.message);
  return done;
}
