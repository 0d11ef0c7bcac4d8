import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder that everybody may read, a server's user as well, until it is removed. */
export interface TemporaryFolder {
  readonly path: string;
  readonly file: (name: string) => string;
  readonly names: () => string[];
  /** Ends once a file in it has grown beyond a size in bytes. */
  readonly growsTo: (bytes: number) => Promise<void>;
  readonly remove: () => void;
}

/** Makes a temporary folder. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), "recon-export-"));
  const file = (name: string): string => join(path, name);
  const names = (): string[] => readdirSync(path).sort();
  const size = (name: string): number => statSync(file(name), { throwIfNoEntry: false })?.size ?? 0;
  return {
    path,
    file,
    names,
    growsTo: async (bytes) => {
      while (!names().some((name) => size(name) > bytes)) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
