import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { countLines, nulByteError, type OpenedFile } from "./open-file";

/** Read size in bytes: large enough that the cost is the hashing. */
const CHUNK_BYTES = 4_194_304;
const NEWLINE = 10;
const RETURN = 13;

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
  if (offset === 0) return 0;
  let lines = 0;
  for await (const chunk of readChunks(path, offset - 1)) lines += countLines(chunk);
  return lines;
}
