import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(__dirname, "..", "..");

/** What tslab itself, as published, says of a cell: its compiler, its options, everything the cell imports. */
function diagnosticsOf(cell: string): readonly string[] {
  const script = `
    const { createConverter } = require("tslab/dist/converter");
    const converter = createConverter();
    const { diagnostics } = converter.convert("", ${JSON.stringify(cell)});
    converter.close();
    console.log(JSON.stringify(diagnostics.map(({ fileName, start, messageText }) => [fileName, start.line + 1, messageText].join(" "))));
    process.exit(0);`;
  return JSON.parse(execFileSync(process.execPath, ["-e", script], { cwd: ROOT, encoding: "utf8" }));
}

it("src/index type-checks under tslab's own compiler, with everything it imports", () => {
  expect(diagnosticsOf('import * as recon from "./src/index";\nrecon.reconcile;')).toEqual([]);
});

it("which does find what is wrong", () => {
  expect(diagnosticsOf('import * as recon from "./src/index";\nrecon.notThere;')).toHaveLength(1);
});
