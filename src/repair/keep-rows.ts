import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { stringify } from "csv-stringify/sync";
import { ReconError } from "../recon-error";
import { COPY_CSV } from "../sources/postgres/copy-csv";
import type { TextRow } from "../sources/postgres/read-rows";

/** A file of rows that was written and read back. */
export interface KeptRows {
  readonly path: string;
  readonly rows: number;
  readonly sha256: string;
}

/**
 * Writes rows as CSV, as psql's COPY would: NULL is empty, an empty text is quoted. The file is read back before it counts as kept, and
 * only its owner may read it.
 *
 * @throws ReconError when what is on disk is not what was written; errors of the file system as they are
 */
export async function keepRows(path: string, columns: readonly string[], rows: readonly TextRow[]): Promise<KeptRows> {
  const text = stringify([columns, ...rows.map((row) => columns.map((name) => row[name] ?? null))], COPY_CSV);
  await writeFile(path, text, { mode: 0o600, flush: true });
  const sha256 = hashOf(text);
  if (hashOf(await readFile(path, "utf8")) !== sha256)
    throw new ReconError(
      "no_backup",
      `${path}: the backup cannot be read back as it was written. Give --out another disk.`,
    );
  return { path, rows: rows.length, sha256 };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
