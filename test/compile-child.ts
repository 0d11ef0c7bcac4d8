import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { compile } = require("../src/compiled/compile.cjs") as { compile: (entry: string) => Promise<string> };

/**
 * Compiles a script that a test starts many times, so that each start takes a third of the time.
 *
 * @param name - of a TypeScript file, from this folder
 * @returns its path, to be given to Node, and how to remove it
 */
export async function compileChild(name: string): Promise<{ readonly path: string; remove(): void }> {
  const folder = join(__dirname, "..", ".cache", "test", String(process.pid));
  const path = join(folder, `${name.replaceAll("/", "-")}.cjs`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, await compile(join(__dirname, name)));
  return { path, remove: () => rmSync(path, { force: true }) };
}
