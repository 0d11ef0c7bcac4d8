import { existsSync, rmSync } from "node:fs";

/**
 * Removes a folder and all in it, even while another thread still writes into it: a file made between the emptying and the
 * removal would otherwise keep the folder, without an error. A folder that is not there is fine.
 *
 * @param path - of the folder; given up after a few rounds, in silence, since the process is ending
 */
export function removeFolder(path: string): void {
  for (let round = 0; round < 50 && existsSync(path); round++) {
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // Whatever stood in the way may be gone by the next round.
    }
  }
}
