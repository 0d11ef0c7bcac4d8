import { realpath, stat } from "node:fs/promises";
import { ReconError } from "../recon-error";
import { hashFile } from "./scan-file";

/**
 * Refuses one file given for both sides, under one name or two.
 *
 * @throws ReconError naming both paths
 */
export async function refuseSameFile(stripe: string, database: string): Promise<void> {
  const [ours, theirs] = await Promise.all([stripe, database].map(identify));
  if (ours == null || theirs == null || ours.bytes !== theirs.bytes) return;
  if (ours.path !== theirs.path && (await hashFile(ours.path)) !== (await hashFile(theirs.path))) return;
  throw new ReconError(
    "same_file",
    `${stripe} and ${database} are the same file. Give the Stripe export as --stripe and the database export as --database.`,
  );
}

/** A file that cannot be looked at is left to whoever opens it. */
async function identify(path: string): Promise<{ path: string; bytes: number } | null> {
  try {
    const stats = await stat(path);
    return stats.isFile() && stats.size > 0 ? { path: await realpath(path), bytes: stats.size } : null;
  } catch {
    return null;
  }
}
