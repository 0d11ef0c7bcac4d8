import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReconError } from "../recon-error";
import { removeFolder } from "../remove-folder";

/** A folder for temporary files that is gone when the process is, however it ends short of a kill. */
export interface Workspace {
  /** The folder's absolute path. */
  readonly directory: string;
  /** A path inside the folder. */
  file(name: string): string;
  /** Removes the folder. Safe to call twice. */
  close(): void;
}

/**
 * Makes a temporary folder of our own. `TMPDIR` says where, as everywhere.
 *
 * @param within - a folder to make it in instead, hidden: for what is to be moved into that folder
 * @throws ReconError when no folder can be made there
 */
export function openWorkspace(within?: string): Workspace {
  const directory = within === undefined ? makeFolder() : mkdtempSync(join(within, ".recon-"));
  const close = (): void => {
    process.off("exit", close);
    removeFolder(directory);
  };
  process.on("exit", close);
  return { directory, close, file: (name) => join(directory, name) };
}

function makeFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), "recon-"));
  } catch (cause) {
    throw new ReconError(
      "no_temporary_folder",
      `${tmpdir()}: no temporary folder can be made there (${(cause as NodeJS.ErrnoException).code}). Point TMPDIR at a folder that can be written.`,
      { cause },
    );
  }
}
