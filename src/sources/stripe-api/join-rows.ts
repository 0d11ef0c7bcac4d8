import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

const CHUNK_BYTES = 1_048_576;

/**
 * Writes files one after another into one, with flat memory; compressed when asked to.
 *
 * @param from - paths in order; one that is not there is empty
 * @returns the SHA-256 of what was written
 */
export async function joinRows(from: readonly string[], to: string, compressed: boolean): Promise<string> {
  const hash = createHash("sha256");
  const rows = async function* (): AsyncGenerator<Buffer> {
    for (const path of from) if (existsSync(path)) yield* createReadStream(path, { highWaterMark: CHUNK_BYTES });
  };
  const hashed = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  const file = createWriteStream(to, { flush: true });
  if (compressed) await pipeline(rows, createGzip({ level: 4 }), hashed, file);
  else await pipeline(rows, hashed, file);
  return hash.digest("hex");
}
