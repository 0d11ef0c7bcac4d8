import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { countLines, nulByteError, type OpenedFile } from "./open-file";

/** Read size in bytes: what the processor keeps at hand. */
const CHUNK_BYTES = 1_048_576;
const NEWLINE = 10;
const RETURN = 13;

/** The bytes of a file in chunks, each in the place of the last one: fresh memory for each would cost as much as the hashing. */
async function* readChunks(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** SHA-256 of a file, in hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of readChunks(path)) hash.update(chunk);
  return hash.digest("hex");
}

/** What one look at the bytes of an export shows. */
export interface FileScan {
  /** SHA-256 of the file as given, in hex. */
  readonly sha256: string;
  /** Lines of its text, a last one without a line end included. */
  readonly lines: number;
  /** Whether every line ends alike: all with LF, or all with CR LF. */
  readonly linesEndAlike: boolean;
}

/**
 * Hashes an export as given and counts its lines while the comparison runs, and refuses a NUL byte anywhere in its text.
 *
 * @throws ReconError with the line of the first NUL byte.
 */
export async function scanFile(file: OpenedFile): Promise<FileScan> {
  const hash = createHash("sha256");
  let [offset, lines, returns, pairs, last] = [0, 0, 0, 0, NEWLINE];
  for await (const chunk of readChunks(file.textPath)) {
    if (!file.compressed) hash.update(chunk);
    const nul = chunk.indexOf(0);
    if (nul >= 0) throw nulByteError(file.path, (await countLinesBefore(file.textPath, offset + nul)) + 1);
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) {
      lines++;
      if ((at > 0 ? chunk[at - 1] : last) === RETURN) pairs++;
    }
    for (let at = chunk.indexOf(RETURN); at >= 0; at = chunk.indexOf(RETURN, at + 1)) returns++;
    last = chunk[chunk.length - 1] ?? last;
    offset += chunk.length;
  }
  return {
    sha256: file.compressed ? await hashFile(file.rawPath) : hash.digest("hex"),
    lines: last === NEWLINE ? lines : lines + 1,
    linesEndAlike: returns === pairs && (returns === 0 || pairs === lines),
  };
}

async function countLinesBefore(path: string, offset: number): Promise<number> {
  let [left, lines] = [offset, 0];
  for await (const chunk of readChunks(path)) {
    lines += countLines(chunk.subarray(0, left));
    left -= chunk.length;
    if (left <= 0) break;
  }
  return lines;
}
