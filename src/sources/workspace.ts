import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for temporary files that is gone when the process is, however it ends short of a kill. */
export interface Workspace {
  /** The folder's absolute path. */
  readonly directory: string;
  /** A path inside the folder. */
  file(name: string): string;
  /** Removes the folder. Safe to call twice. */
  close(): void;
}

/** Makes a temporary folder of our own. `TMPDIR` says where, as everywhere. */
export function openWorkspace(): Workspace {
  const directory = mkdtempSync(join(tmpdir(), "recon-"));
  const close = (): void => {
    process.off("exit", close);
    rmSync(directory, { recursive: true, force: true });
  };
  process.on("exit", close);
  return { directory, close, file: (name) => join(directory, name) };
}
