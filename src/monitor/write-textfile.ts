import { rename, rm, writeFile } from "node:fs/promises";

/**
 * Writes metrics for the node exporter's textfile collector, which must never read half a file: it stands under another name until it
 * is whole.
 *
 * @throws an error of the file system
 */
export async function writeTextfile(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(partial, text, { mode: 0o644 });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
