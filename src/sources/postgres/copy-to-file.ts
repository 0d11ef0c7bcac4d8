import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { isDatabaseError } from "./is-database-error";

/** How far an export is. */
export interface CopyProgress {
  /** Lines so far; more than rows where cells hold line ends. */
  readonly rows: number;
  /** Bytes of CSV so far, before compression. */
  readonly bytes: number;
}

/** What was written. */
export interface Copied {
  readonly rows: number;
  /** Size of the file, in bytes. */
  readonly bytes: number;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
}

const NEWLINE = 10;
const PROGRESS_MS = 1_000;

/**
 * Streams a query's rows to a file as CSV with a header, compressed where `gzip` says so, as fast as the disk takes them.
 * When it fails the connection is closed: PostgreSQL would go on sending rows.
 */
export async function copyToFile(
  client: Client,
  query: string,
  path: string,
  options: {
    readonly gzip: boolean;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: (progress: CopyProgress) => void;
  },
): Promise<Copied> {
  const copy = client.query(copyTo(`COPY (${query}) TO STDOUT (FORMAT csv, HEADER)`));
  const hash = createHash("sha256");
  let [rows, bytes, written, saidAt] = [-1, 0, 0, Date.now()];
  async function* countText(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) rows++;
      bytes += chunk.length;
      if (Date.now() - saidAt >= PROGRESS_MS) {
        saidAt = Date.now();
        options.onProgress?.({ rows, bytes });
      }
      yield chunk;
    }
  }
  async function* hashFile(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      written += chunk.length;
      yield chunk;
    }
  }
  const file = createWriteStream(path, { flush: true });
  const zip = options.gzip ? createGzip() : new PassThrough();
  try {
    await pipeline(
      copy,
      countText,
      zip,
      hashFile,
      file,
      options.signal === undefined ? {} : { signal: options.signal },
    );
  } catch (error) {
    copy.on("error", () => undefined);
    client.connection.stream.destroy();
    // A full disk is told without the file's name.
    throw isDatabaseError(error) ? error : Object.assign(error as Error, { path });
  }
  // The row count comes after the last row; the answer to one more statement comes after both.
  await client.query("SELECT");
  return { rows: copy.rowCount, bytes: written, sha256: hash.digest("hex") };
}
