import type { Answer, CellError } from "./notebook-process";

/** Why a cell never answered, as an error of that cell: it ran too long, or its process ended. `seconds` is its limit. */
export function explainEnd(answer: Answer, seconds: number): CellError {
  if (answer.kind === "timeout") {
    return asError("CellTimeout", `The cell ran longer than ${seconds} seconds and was stopped.`);
  }
  if (answer.kind !== "ended") return asError("CellEnded", `The cell gave an unexpected answer (${answer.kind}).`);
  if (/heap out of memory|allocation failed/i.test(answer.stderr)) {
    return asError("OutOfMemory", "The cell ran out of memory: it filled the heap of JavaScript.");
  }
  if (answer.signal === "SIGKILL") {
    return asError(
      "OutOfMemory",
      "The cell's process was killed (SIGKILL), most likely because the machine ran out of memory.",
    );
  }
  if (answer.signal !== null)
    return asError("CellEnded", `The cell's process was ended by the signal ${answer.signal}.`);
  return asError("CellEnded", `The cell ended its process with exit code ${answer.code}, as process.exit() does.`);
}

function asError(ename: string, evalue: string): CellError {
  return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
}
