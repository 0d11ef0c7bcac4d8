import { existsSync, mkdirSync, mkdtempSync, rmdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ReconError } from "./recon-error";

/**
 * Makes sure that results can be written to a folder, before the exports are read. What it makes for the trial it removes.
 *
 * Folders are made one by one: where the system refuses one with ENOENT, as /proc does, Node's recursive `mkdir` never ends.
 *
 * @throws ReconError when it is a file; an error of the file system when it cannot be made or written.
 */
export function checkFolder(folder: string): void {
  const missing: string[] = [];
  let there = resolve(folder);
  for (; !existsSync(there); there = dirname(there)) missing.unshift(there);
  if (!statSync(there).isDirectory()) {
    throw new ReconError(
      "not_a_folder",
      `${there}: this is a file. Give --out a folder; it is made if it is not there.`,
    );
  }
  const made: string[] = [];
  try {
    for (const path of missing) {
      mkdirSync(path);
      made.unshift(path);
    }
    rmdirSync(mkdtempSync(join(resolve(folder), ".trial-")));
  } finally {
    for (const path of made) rmdirSync(path);
  }
}
