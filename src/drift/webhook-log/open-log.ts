import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ReconError } from "../../recon-error";
import { countLines } from "../../sources/open-file";

/** A log that is being read. */
export interface OpenLog {
  /** As the user gave it; `-` is the standard input. */
  readonly path: string;
  /** When it was last written, milliseconds; null for a stream. */
  readonly modifiedAt: number | null;
  /** Size as given, bytes; null for a stream. */
  readonly bytes: number | null;
  /** Its text in large pieces, unpacked, of which at most one or two are in memory. None when the log is empty. */
  readonly chunks: AsyncGenerator<Buffer, void, undefined>;
}

const CHUNK_BYTES = 1_048_576;
/** More control characters than this are no text. Random bytes have 10 %. */
const MOST_CONTROL = 0.02;
const SAMPLE_BYTES = 65_536;

/**
 * Opens a log, whatever it is called: plain text or gzip, a file, a pipe or the standard input.
 *
 * @throws ReconError when it is missing, a folder, not readable, binary, or a broken gzip, naming the file (and the line)
 */
export async function openLog(path: string, stdin: Readable): Promise<OpenLog> {
  if (path === "-") return { path: "-", modifiedAt: null, bytes: null, chunks: readText("standard input", stdin) };
  const stats = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause);
  });
  if (stats.isDirectory())
    throw new ReconError("directory", `${path}: this is a folder. Give the log files inside it.`);
  const stream = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const isFile = stats.isFile();
  return {
    path,
    modifiedAt: isFile ? stats.mtimeMs : null,
    bytes: isFile ? stats.size : null,
    chunks: readText(path, stream),
  };
}

function unreadable(path: string, cause: NodeJS.ErrnoException): ReconError {
  if (cause.code === "ENOENT" || cause.code === "ENOTDIR")
    return new ReconError(
      "missing_file",
      `${path}: there is no such file. Check the path; it is taken from the current folder.`,
      { cause },
    );
  return new ReconError("unreadable_file", `${path}: the log cannot be read (${cause.code}). Check its permissions.`, {
    cause,
  });
}

async function* readText(path: string, stream: Readable): AsyncGenerator<Buffer, void, undefined> {
  let lines = 0;
  let isFirst = true;
  const failed = (cause: NodeJS.ErrnoException): ReconError =>
    isGzipError(cause)
      ? new ReconError(
          "broken_gzip",
          `${path}: the gzip data is broken or ends early, in line ${lines + 1} of the text (${cause.message}). Copy the log again.`,
          { cause },
        )
      : unreadable(path, cause);
  try {
    for await (const chunk of unpack(stream)) {
      if (isFirst) refuseBinary(path, chunk);
      isFirst = false;
      yield chunk;
      lines += countLines(chunk);
    }
  } catch (error) {
    throw error instanceof ReconError ? error : failed(error as NodeJS.ErrnoException);
  }
}

/** The bytes as they are, or what they hold when they begin as gzip does. */
async function* unpack(stream: Readable): AsyncGenerator<Buffer, void, undefined> {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let next = await chunks.next();
  while (next.done !== true && head.length + next.value.length < 2) {
    head = Buffer.concat([head, next.value]);
    next = await chunks.next();
  }
  if (next.done !== true) head = Buffer.concat([head, next.value]);
  const all = async function* (): AsyncGenerator<Buffer, void, undefined> {
    if (head.length > 0) yield head;
    for (let more = await chunks.next(); more.done !== true; more = await chunks.next()) yield more.value;
  };
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* all();
    return;
  }
  // An error on either side ends the loop with it; the callback has nothing left to do.
  yield* pipeline(Readable.from(all()), createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);
}

function isGzipError({ code }: NodeJS.ErrnoException): boolean {
  return code?.startsWith("Z_") === true;
}

/** A log that was cut while it was written (copytruncate) begins with NUL bytes; these are no sign of binary data. */
function refuseBinary(path: string, chunk: Buffer): void {
  let start = 0;
  while (start < chunk.length && chunk[start] === 0) start++;
  const sample = chunk.subarray(start, start + SAMPLE_BYTES);
  let control = 0;
  for (const byte of sample) if (byte < 7 || (byte > 13 && byte < 32 && byte !== 27) || byte === 127) control++;
  if (control <= MOST_CONTROL * sample.length && sample.length > 0) return;
  throw new ReconError(
    "binary",
    `${path}, line 1: this is binary, not a log in UTF-8 text or gzip. Unpack zip, bzip2, xz or zstd first, as with xz -dc FILE | recon webhooks --log - …`,
  );
}
