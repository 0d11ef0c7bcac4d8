import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import type { Cell } from "../../src/notebook/nbformat";
import { PROJECT_ROOT } from "../../src/notebook/notebook-process";
import { runNotebook } from "../../src/notebook/run-notebook";
import { code, newFolder, notebookOf, saved } from "./notebook-fixture";

vi.setConfig({ testTimeout: 60_000 });

const CACHE = join(PROJECT_ROOT, ".cache", "recon");
/** What stands in the checkout, so that cells can import it. */
const beside = join(PROJECT_ROOT, ".cache", "test", `cells-${process.pid}`);
afterAll(() => rmSync(beside, { recursive: true, force: true }));

/** Tells whether the cells so far needed tslab's compiler. */
const WAS_COMPILED = code('"createConverter" in require("tslab/dist/converter")');

/** A cell that no run has seen. */
function newCell(text: string): Cell {
  return code(`// ${process.pid} ${performance.now()}\n${text}`);
}

/** What each cell printed; the message of a failure takes the place of what comes after. */
async function outputsOf(...cells: readonly Cell[]): Promise<readonly string[]> {
  const { executed, failure } = await runNotebook({
    notebook: saved(notebookOf(...cells)),
    parameters: {},
    outDir: newFolder(),
  });
  const outputs = executed.cells.map((cell) => (cell.cell_type === "code" ? cell.outputs : []));
  const texts = outputs.map((all) => all.map((one) => ("text" in one ? String(one.text) : "")).join(""));
  return failure === undefined ? texts : [...texts.slice(0, failure.cellIndex), failure.message];
}

it("a notebook run again needs no compiler, and does the same", async () => {
  const cells = [
    newCell('const rows = [{ id: "a", count: 1 }];\nclass Sum { of(all: number[]): number { return all.length; } }'),
    code('const waited = await Promise.resolve(rows);\nconst { id } = waited[0] ?? { id: "" };\nid'),
    code('import { join } from "node:path";\nlet path = join(id, "b");\npath'),
    code("path = path.toUpperCase();\nconsole.log(new Sum().of([rows.length]), path);"),
    WAS_COMPILED,
  ];
  const all = ["", "a\n", "a/b\n", "1 A/B\n"];
  expect(await outputsOf(...cells)).toEqual([...all, "true\n"]);
  expect(await outputsOf(...cells)).toEqual([...all, "false\n"]);
});

it("a cell is compiled again when one before it declares something else", async () => {
  const use = code("const count: number = value;\ncount");
  expect(await outputsOf(newCell("const value = Math.abs(1);"), use)).toEqual(["", "1\n"]);
  const [, message] = await outputsOf(newCell('const value = "one".trim();'), use);
  expect(message).toContain("Type 'string' is not assignable to type 'number'.");
});

it("a cell is compiled again when a file that it imports has changed", async () => {
  const cell = code(
    `import { limit } from "./.cache/test/cells-${process.pid}/limit";\nconst count: number = limit;\ncount`,
  );
  mkdirSync(beside, { recursive: true });
  writeFileSync(join(beside, "limit.ts"), "export const limit = 1;\n");
  expect(await outputsOf(cell, WAS_COMPILED)).toEqual(["1\n", "true\n"]);
  expect(await outputsOf(cell, WAS_COMPILED)).toEqual(["1\n", "false\n"]);
  writeFileSync(join(beside, "limit.ts"), 'export const limit = "all";\n');
  const [message] = await outputsOf(cell);
  expect(message).toContain("Type 'string' is not assignable to type 'number'.");
});

it("a cell that does not compile is told so each time", async () => {
  const cell = newCell("const count: number = true;");
  const [first] = await outputsOf(cell);
  expect(first).toContain("Type 'boolean' is not assignable to type 'number'.");
  expect(await outputsOf(cell)).toEqual([first]);
});

it("a cell that imports a module written in another one is compiled each time", async () => {
  const written = (greeting: string) => code(`/** @module greeting */\nexport const hello = ${greeting};`);
  const use = newCell('import { hello } from "./greeting";\nhello');
  expect(await outputsOf(written('"hi"'), use)).toEqual(["", "hi\n"]);
  expect(await outputsOf(written("1"), use)).toEqual(["", "1\n"]);
});

it("a kept cell that is not whole is compiled again", async () => {
  const cell = newCell("const value = 1;\nvalue");
  await outputsOf(cell);
  const folder = readdirSync(CACHE).find((name) => name.startsWith("cells-")) ?? "";
  const files = readdirSync(join(CACHE, folder)).map((name) => join(CACHE, folder, name));
  const text = cell.source.split("\n")[0] ?? "";
  const kept = files.filter((path) => readFileSync(path, "utf8").includes(text));
  expect(kept).toHaveLength(1);
  for (const path of kept) writeFileSync(path, readFileSync(path, "utf8").slice(0, 50));
  expect(await outputsOf(cell, WAS_COMPILED)).toEqual(["1\n", "true\n"]);
});
