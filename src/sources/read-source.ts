import { GRACE_SECONDS } from "./format";
import { openFile } from "./open-file";
import { readCsv } from "./read-csv";
import { readJson } from "./read-json";
import type { ReadOptions } from "./read-options";
import { readSidecar } from "./sidecar";
import type { Source } from "./source";
import { takenAt } from "./taken-at";
import type { Workspace } from "./workspace";

/**
 * Recognizes an export by its content and makes it readable with SQL.
 *
 * @throws ReconError with one message that names the file, the line, what was expected and what to do.
 */
export async function readSource(path: string, options: ReadOptions, workspace: Workspace): Promise<Source> {
  const file = await openFile(path, workspace, options.side);
  const sidecar = await readSidecar(path, options.side);
  const isJson = /^\s*[[{]/.test(file.head);
  const shape = isJson ? await readJson(file, options, workspace) : await readCsv(file, options, workspace);
  return {
    side: options.side,
    file,
    sidecar,
    takenAt: takenAt(file, sidecar, options.asOf, options.side),
    graceSeconds: shape.format.graceSeconds ?? GRACE_SECONDS,
    ...shape,
    truncated: shape.truncated ?? (sidecar?.complete === false ? "its sidecar says the export did not finish" : null),
  };
}
