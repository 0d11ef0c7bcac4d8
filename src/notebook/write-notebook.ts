import { renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ReconError } from "../recon-error";
import { isJsonType, type NotebookDocument, type Output } from "./nbformat";

/** The text Jupyter would save: keys sorted, one space of indent, texts as lists of lines, a newline at the end. */
export function formatNotebook(notebook: NotebookDocument): string {
  const cells = notebook.cells.map((one) => ({
    ...one,
    source: splitLines(one.source),
    ...(one.cell_type === "code" ? { outputs: one.outputs.map(outputOnDisk) } : {}),
  }));
  return `${JSON.stringify(sortKeys({ ...notebook, cells }), null, 1)}\n`;
}

/** Writes a notebook so that a reader sees the old file or the whole new one, never a part. */
export function writeNotebook(path: string, notebook: NotebookDocument): void {
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    writeFileSync(partial, formatNotebook(notebook));
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw new ReconError("notebook_unwritable", `Cannot write the notebook ${path}: ${String(cause)}.`, { cause });
  }
}

function outputOnDisk(one: Output): unknown {
  if (one.output_type === "stream") return { ...one, text: splitLines(one.text) };
  if (one.output_type === "error") return one;
  const bundle = Object.entries(one.data).map(([type, value]) => [
    type,
    typeof value === "string" && !isJsonType(type) ? splitLines(value) : value,
  ]);
  return { ...one, data: Object.fromEntries(bundle) };
}

function splitLines(value: string): string[] {
  return value.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, one]) => [key, sortKeys(one)]));
}
