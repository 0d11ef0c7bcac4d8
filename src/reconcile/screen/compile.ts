import { join } from "node:path";

interface Compiler {
  compile(entry: string): Promise<string>;
  assemble(entry: string): Promise<Uint8Array>;
}

/** Found when it is needed, since it does not become part of what is compiled by it. */
const compiler = (): Compiler => require(join(__dirname, "..", "..", "compiled", "compile.cjs"));

/** TypeScript as one file of JavaScript; see `src/compiled/compile.cjs`. */
export function compile(entry: string): Promise<string> {
  return compiler().compile(entry);
}

/** AssemblyScript as WebAssembly; see `src/compiled/compile.cjs`. */
export function assemble(entry: string): Promise<Uint8Array> {
  return compiler().assemble(entry);
}
