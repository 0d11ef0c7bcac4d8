import { readdirSync, rmSync, statSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ReconError } from "../../recon-error";
import type { Sidecar } from "../sidecar";

/** A file in the making: it stands under another name until it is whole, and goes when it does not get there. */
export interface PartialFile {
  /** Where to write. */
  readonly path: string;
  /** Puts the whole file and its sidecar in their places; each replaces an earlier one at once. */
  readonly keep: (sidecar: Sidecar) => Promise<void>;
  /** Removes what is left of it. */
  readonly remove: () => void;
}

/**
 * Makes room for an export: nothing stands under its name before it is whole. What a killed run left behind is removed.
 *
 * @throws ReconError when the path is that of a folder or a device.
 */
export function partialFile(out: string): PartialFile {
  if (statSync(out, { throwIfNoEntry: false })?.isFile() === false)
    throw new ReconError(
      "not_a_file",
      `${out}: this is not a file. Give --out the path of a file; it is made if it is not there.`,
    );
  removeLeftOvers(out);
  const path = join(dirname(out), `.${basename(out)}.${process.pid}.partial`);
  const sidecarPath = `${path}.meta.json`;
  const remove = (): void => {
    process.off("exit", remove);
    for (const each of [path, sidecarPath]) rmSync(each, { force: true });
  };
  process.on("exit", remove);
  return {
    path,
    remove,
    keep: async (sidecar) => {
      await writeFile(sidecarPath, `${JSON.stringify(sidecar, null, 2)}\n`, { flush: true });
      // A run that ends between the two leaves a sidecar that is not believed: it holds the SHA-256 of its own export.
      await rename(path, out);
      await rename(sidecarPath, `${out}.meta.json`);
    },
  };
}

function removeLeftOvers(out: string): void {
  const start = `.${basename(out)}.`;
  for (const name of readdirSync(dirname(out))) {
    const [, pid] =
      /^(\d+)\.partial(\.meta\.json)?$/.exec(name.startsWith(start) ? name.slice(start.length) : "") ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(dirname(out), name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
