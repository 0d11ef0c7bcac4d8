import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { countLines, nulByteError, type OpenedFile } from "./open-file";

/** Read size in bytes: large enough that the cost is the hashing. */
const CHUNK_BYTES = 4_194_304;

function readChunks(path: string, end?: number): AsyncIterable<Buffer> {
  return createReadStream(
    path,
    end === undefined ? { highWaterMark: CHUNK_BYTES } : { highWaterMark: CHUNK_BYTES, end },
  );
}

/** SHA-256 of a file, in hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of readChunks(path)) hash.update(chunk);
  return hash.digest("hex");
}

/**
 * Hashes an export as given while the comparison runs, and refuses a NUL byte anywhere in its text.
 *
 * @returns SHA-256 in hex.
 * @throws ReconError with the line of the first NUL byte.
 */
export async function scanFile(file: OpenedFile): Promise<string> {
  const hash = createHash("sha256");
  let offset = 0;
  for await (const chunk of readChunks(file.textPath)) {
    if (!file.compressed) hash.update(chunk);
    const nul = chunk.indexOf(0);
    if (nul >= 0) throw nulByteError(file.path, (await countLinesBefore(file.textPath, offset + nul)) + 1);
    offset += chunk.length;
  }
  return file.compressed ? hashFile(file.rawPath) : hash.digest("hex");
}

async function countLinesBefore(path: string, offset: number): Promise<number> {
  if (offset === 0) return 0;
  let lines = 0;
  for await (const chunk of readChunks(path, offset - 1)) lines += countLines(chunk);
  return lines;
}
