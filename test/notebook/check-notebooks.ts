import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { NotebookDocument } from "../../src/notebook/nbformat";
import { readNotebook } from "../../src/notebook/read-notebook";

// npm run notebooks: committed notebooks carry no outputs and no counts, and have cell ids (nbformat 4.5).
const directory = join(__dirname, "..", "..", "notebooks");

function problemsOf(name: string, notebook: NotebookDocument): string[] {
  const cells = notebook.cells.flatMap((cell, index) => {
    const place = `${name}: cell ${index + 1}`;
    if (cell.cell_type !== "code") return [];
    return [
      ...(cell.outputs.length > 0 ? [`${place} has outputs`] : []),
      ...(cell.execution_count !== null ? [`${place} has an execution count`] : []),
    ];
  });
  const ids = notebook.cells.map((cell) => cell.id);
  return [...cells, ...(new Set(ids).size < ids.length ? [`${name}: two cells have one id`] : [])];
}

const names = readdirSync(directory).filter((name) => name.endsWith(".ipynb"));
const problems = names.flatMap((name) => problemsOf(name, readNotebook(join(directory, name))));
for (const problem of problems) console.error(problem);
console.log(`${names.length} notebooks checked, ${problems.length} problems`);
process.exitCode = problems.length > 0 || names.length === 0 ? 1 : 0;
