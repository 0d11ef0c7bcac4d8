import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ReconError } from "../recon-error";
import type { ErrorOutput, NotebookDocument } from "./nbformat";
import { type NotebookProcess, PROJECT_ROOT, startNotebookProcess } from "./notebook-process";
import { recordCell, recordRun, type Span } from "./papermill-metadata";
import { readNotebook } from "./read-notebook";
import type { ParametersRead } from "./read-parameters";
import { refuseRun } from "./refuse-run";
import { type CellsRun, type RunProgress, runCells } from "./run-cells";
import { writeNotebook } from "./write-notebook";

/** What to run, and where the executed notebook goes. */
export interface RunRequest {
  /** Path of the notebook. */
  readonly notebook: string;
  /** Values as typed in a terminal. Cells run in the folder of package.json: relative paths start there. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Folder of the executed notebook, which keeps its file name; made when missing. */
  readonly outDir: string;
  /** Time limit of each cell, in seconds; 600 when not given. */
  readonly cellTimeoutSeconds?: number;
  readonly onProgress?: (event: RunProgress) => void;
  /** Stops the run: the process is killed and nothing is written. */
  readonly signal?: AbortSignal;
  /** A process started ahead with {@link startNotebookProcess}; it serves this one run, unless another one follows. */
  readonly process?: NotebookProcess;
  /** Whether another notebook is to run in the process after this one, which must have been given and is killed by its owner. */
  readonly isFollowed?: boolean;
}

/** The cell that ended a run, and why, as text for people. */
export interface RunFailure {
  readonly cellIndex: number;
  readonly source: string;
  readonly message: string;
}

/** How a run ended. The executed notebook also stands in the file `path`, after a failure too. */
export interface RunResult {
  readonly status: "ok" | "failed";
  readonly failure?: RunFailure;
  readonly executed: NotebookDocument;
  readonly path: string;
  readonly parameters: ParametersRead;
  readonly span: Span;
}

/**
 * Runs a notebook headless, cell by cell, up to the first cell that fails. Needs neither Python nor a socket.
 *
 * A cell fails when it does not compile or throws, when work it started throws later, ends the process or takes too long.
 * The executed notebook is written in each of these cases, but not after an abort.
 *
 * @throws ReconError when nothing could be run (`notebook_unreadable`, `not_a_notebook`, `not_typescript`,
 *   `unknown_parameter`, `secret_parameter`, `output_is_input`, `notebook_start_failed`), when the result could not
 *   be written (`notebook_unwritable`), and `aborted` with exit code 130
 */
export async function runNotebook(request: RunRequest): Promise<RunResult> {
  const { notebook: inputPath, outDir, signal } = request;
  const outputPath = join(outDir, basename(inputPath));
  const start = new Date();
  const { notebook, run } = await runInProcess(request, outputPath);
  const span = { start, end: new Date() };
  const parameters = run.parameters ?? { defaults: {}, given: {} };
  const failed = run.failure !== null;
  const record = { span, parameters, inputPath, outputPath, failed, version: packageVersion() };
  const executed = { ...notebook, cells: executedCells(notebook, run), metadata: recordRun(notebook.metadata, record) };
  throwIfAborted(signal, inputPath);
  mkdirSync(outDir, { recursive: true });
  writeNotebook(outputPath, executed);
  const done = { executed, path: outputPath, parameters, span };
  if (run.failure === null) return { status: "ok", ...done };
  const { cell, error } = run.failure;
  const source = notebook.cells[cell]?.source ?? "";
  return { status: "failed", failure: { cellIndex: cell, source, message: error.traceback.join("\n") }, ...done };
}

async function runInProcess(
  request: RunRequest,
  outputPath: string,
): Promise<{ readonly notebook: NotebookDocument; readonly run: CellsRun }> {
  const { notebook: inputPath, parameters, signal, isFollowed = false } = request;
  const report = request.onProgress ?? (() => {});
  let cellProcess = request.process;
  const abort = (): void => cellProcess?.kill();
  signal?.addEventListener("abort", abort);
  try {
    const notebook = readNotebook(inputPath);
    refuseRun(notebook, inputPath, outputPath, parameters);
    throwIfAborted(signal, inputPath);
    cellProcess ??= startNotebookProcess();
    const run = await runCells(
      notebook,
      cellProcess,
      parameters,
      request.cellTimeoutSeconds ?? 600,
      report,
      signal,
      isFollowed,
    );
    return { notebook, run };
  } catch (error) {
    throwIfAborted(signal, inputPath);
    throw error;
  } finally {
    signal?.removeEventListener("abort", abort);
    if (!isFollowed) cellProcess?.kill();
  }
}

function throwIfAborted(signal: AbortSignal | undefined, path: string): void {
  if (signal?.aborted !== true) return;
  throw new ReconError("aborted", `The run of ${path} was stopped; nothing was written.`, { exitCode: 130 });
}

function executedCells(notebook: NotebookDocument, run: CellsRun): NotebookDocument["cells"] {
  return notebook.cells.map((cell, index) => {
    if (cell.cell_type !== "code") return cell;
    const failed = run.failure?.cell === index;
    const error: readonly ErrorOutput[] =
      run.failure !== null && failed ? [{ output_type: "error", ...run.failure.error }] : [];
    return {
      ...cell,
      execution_count: run.counts.get(index) ?? null,
      outputs: [...run.outputs(index), ...error],
      metadata: recordCell(cell.metadata, run.spans.get(index) ?? null, failed),
    };
  });
}

function packageVersion(): string {
  const json = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")) as { readonly version: string };
  return json.version;
}
