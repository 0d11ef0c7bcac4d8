import { collectOutputs } from "./collect-outputs";
import { explainEnd } from "./explain-end";
import { nameCells } from "./name-cells";
import { cellTags, type NotebookDocument, type Output } from "./nbformat";
import type { Answer, CellError, NotebookProcess } from "./notebook-process";
import type { Span } from "./papermill-metadata";
import type { ParametersRead } from "./read-parameters";

/** A code cell as progress speaks of it: `cell` is its index in the notebook, `number` its place among `total` code cells. */
export interface CellPlace {
  readonly cell: number;
  readonly number: number;
  readonly total: number;
  /** The heading above the cell. */
  readonly name: string;
}

/**
 * What happens during a run, as it happens. An `output` was printed, displayed or changed, such as a progress display;
 * `seconds` is how long the cell took.
 */
export type RunProgress =
  | ({ readonly kind: "cell-started" } & CellPlace)
  | { readonly kind: "output"; readonly cell: number; readonly output: Output }
  | ({ readonly kind: "cell-done"; readonly status: "completed" | "failed"; readonly seconds: number } & CellPlace);

/** What became of the cells; a cell without a span was not run to its end. */
export interface CellsRun {
  readonly outputs: (cell: number) => readonly Output[];
  readonly spans: ReadonlyMap<number, Span>;
  readonly counts: ReadonlyMap<number, number>;
  /** What the notebook asked for; null when it never did. */
  readonly parameters: ParametersRead | null;
  readonly failure: { readonly cell: number; readonly error: CellError } | null;
}

/** How long work that the cells left running may take to end or fail, in seconds. */
const FINISH_SECONDS = 0.5;

/** How long a process may take to make ready for another notebook, in seconds. */
const RESTART_SECONDS = 60;

/**
 * Runs the code cells of a notebook in a process, in order, until one fails or `signal` aborts.
 *
 * @param seconds time limit of each cell
 * @param isFollowed whether another notebook is to run in the process
 */
export async function runCells(
  notebook: NotebookDocument,
  process: NotebookProcess,
  given: Readonly<Record<string, string>>,
  seconds: number,
  report: (event: RunProgress) => void,
  signal: AbortSignal | undefined,
  isFollowed: boolean,
): Promise<CellsRun> {
  const outputs = collectOutputs();
  const spans = new Map<number, Span>();
  const counts = new Map<number, number>();
  let parameters: ParametersRead | null = null;
  let failure: CellsRun["failure"] = null;
  await process.start(given, {
    onOutput: (output) => report({ kind: "output", cell: output.cell, output: outputs.add(output) }),
    onParameters: (read) => {
      parameters = read;
    },
  });
  const places = placeCells(notebook);
  for (const place of places) {
    const { cell } = place;
    const start = new Date();
    report({ kind: "cell-started", ...place });
    const answer = await process.execute(cell, notebook.cells[cell]?.source ?? "", seconds);
    if (signal?.aborted === true) break;
    if ("count" in answer && answer.count !== null) counts.set(answer.cell, answer.count);
    failure = failureIn(answer, cell, seconds);
    if (failure === null && parameters === null && isParametersCell(notebook, cell)) failure = neverAsked(given, cell);
    const fault = failure?.cell ?? cell;
    const span = { start: spans.get(fault)?.start ?? start, end: new Date() };
    spans.set(fault, span);
    const took = (span.end.getTime() - span.start.getTime()) / 1000;
    const done = places.find((one) => one.cell === fault) ?? place;
    report({ kind: "cell-done", ...done, status: failure === null ? "completed" : "failed", seconds: took });
    if (failure !== null) break;
  }
  const last = places.at(-1)?.cell ?? 0;
  if (failure === null && signal?.aborted !== true) {
    const end = await (isFollowed ? process.restart(RESTART_SECONDS) : process.finish(FINISH_SECONDS));
    failure = failureAtEnd(end, last, isFollowed);
  }
  return { outputs: outputs.of, spans, counts, parameters, failure };
}

function placeCells(notebook: NotebookDocument): readonly CellPlace[] {
  const names = nameCells(notebook.cells);
  const cells = [...notebook.cells.keys()].filter((index) => {
    const one = notebook.cells[index];
    return one?.cell_type === "code" && one.source.trim() !== "";
  });
  return cells.map((cell, index) => ({ cell, number: index + 1, total: cells.length, name: names[cell] ?? "" }));
}

function failureIn(answer: Answer, cell: number, seconds: number): CellsRun["failure"] {
  if (answer.kind === "completed") return null;
  if (answer.kind === "failed") return { cell: answer.cell, error: answer.error };
  return { cell, error: explainEnd(answer, seconds) };
}

/** Work still going on after the last cell, such as an open connection, is no failure; what it throws or exits with is. */
function failureAtEnd(answer: Answer, last: number, isFollowed: boolean): CellsRun["failure"] {
  if (answer.kind === "ready") return null;
  if (!isFollowed && (answer.kind === "timeout" || (answer.kind === "ended" && answer.code === 0))) return null;
  return failureIn(answer, last, isFollowed ? RESTART_SECONDS : FINISH_SECONDS);
}

function isParametersCell(notebook: NotebookDocument, index: number): boolean {
  const cell = notebook.cells[index];
  return cell !== undefined && cellTags(cell).includes("parameters");
}

function neverAsked(given: Readonly<Record<string, string>>, cell: number): CellsRun["failure"] {
  const names = Object.keys(given);
  if (names.length === 0) return null;
  const evalue = `The cell tagged "parameters" does not call readParameters, so ${names.join(", ")} would have no effect.`;
  return { cell, error: { ename: "ReconError", evalue, traceback: [evalue] } };
}
