import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
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

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder outside the checkout, removed when the tests of the file are done. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "notebook-test-"));
  folders.push(folder);
  return folder;
}

/** Writes a notebook into a new folder and returns its path. */
export function saved(notebook: NotebookDocument): string {
  const path = join(newFolder(), "sample.ipynb");
  writeFileSync(path, JSON.stringify(notebook));
  return path;
}
