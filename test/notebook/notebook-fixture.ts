import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cell, NotebookDocument } from "../../src/notebook/nbformat";

/** A code cell. */
export function code(source: string, ...tags: string[]): Cell {
  const metadata = tags.length > 0 ? { tags } : {};
  return { cell_type: "code", id: "", source, metadata, execution_count: null, outputs: [] };
}

/** A Markdown cell. */
export function markdown(source: string): Cell {
  return { cell_type: "markdown", id: "", source, metadata: {} };
}

/** A notebook as it is committed. */
export function notebookOf(...cells: Cell[]): NotebookDocument {
  const kernelspec = {
    name: "recon-ts",
    display_name: "TypeScript (subscription reconciliation)",
    language: "typescript",
  };
  return {
    cells: cells.map((cell, index) => ({ ...cell, id: `cell-${index}` })),
    metadata: { kernelspec },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

/** A new folder outside the checkout. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "notebook-test-"));
}

/** Writes a notebook into a new folder and returns its path. */
export function saved(notebook: NotebookDocument): string {
  const path = join(newFolder(), "sample.ipynb");
  writeFileSync(path, JSON.stringify(notebook));
  return path;
}
