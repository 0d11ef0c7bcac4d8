import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { BLOCK_BYTES, PARTS } from "./scanner/record";

/** Records of one side by part, of which some may stand in a file. It can be handed to another thread. */
export interface StoredRecords {
  /** Of a record. */
  readonly words: number;
  readonly parts: readonly StoredPart[];
  readonly spillPath: string;
}

interface StoredPart {
  /** Records. */
  count: number;
  /** What is in memory. */
  readonly blocks: Uint32Array[];
  /** Where whole blocks stand in the file, in bytes. */
  readonly spilled: number[];
}

/** Keeps blocks of records, and writes them to a file once they would fill the memory they may have. */
export class RecordStore {
  readonly #words: number;
  readonly #spillPath: string;
  readonly #mostBytes: number;
  readonly #parts: StoredPart[];
  #file: number | null = null;
  #fileBytes = 0;
  #bytes = PARTS * BLOCK_BYTES;

  /** @param words - of a record */
  constructor(words: number, spillPath: string, memoryBytes: number) {
    this.#words = words;
    this.#spillPath = spillPath;
    this.#mostBytes = memoryBytes;
    this.#parts = Array.from({ length: PARTS }, () => ({ count: 0, blocks: [], spilled: [] }));
  }

  /**
   * Takes a block of a part; the bytes are copied.
   *
   * @param isLast - the part has no more of them, so that the block is kept in memory
   */
  add(part: number, bytes: Uint8Array, isLast: boolean): void {
    const stored = this.#parts[part] as StoredPart;
    stored.count += bytes.length / 4 / this.#words;
    if (isLast || this.#bytes + bytes.length <= this.#mostBytes) {
      if (!isLast) this.#bytes += bytes.length;
      const block = Buffer.allocUnsafeSlow(bytes.length);
      block.set(bytes);
      stored.blocks.push(new Uint32Array(block.buffer));
    } else stored.spilled.push(this.#spill(bytes));
  }

  /** What was kept; the store is not to be used any more. */
  finish(): StoredRecords {
    if (this.#file !== null) closeSync(this.#file);
    return { words: this.#words, parts: this.#parts, spillPath: this.#spillPath };
  }

  #spill(bytes: Uint8Array): number {
    this.#file ??= openSync(this.#spillPath, "w");
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done, bytes.length - done);
    const offset = this.#fileBytes;
    this.#fileBytes += bytes.length;
    return offset;
  }
}

/** Records of one part. */
export interface PartRecords {
  /** Longer than the records are. */
  readonly records: Uint32Array;
  readonly count: number;
}

/** Reads records part by part; each part takes the place of the one before. */
export class RecordReader {
  readonly #stored: StoredRecords;
  readonly #records: Uint32Array;

  constructor(stored: StoredRecords) {
    this.#stored = stored;
    this.#records = new Uint32Array(Math.max(...stored.parts.map(({ count }) => count)) * stored.words);
  }

  /** The records of a part in one piece. */
  part(part: number): PartRecords {
    const { count, blocks, spilled } = this.#stored.parts[part] as StoredPart;
    let at = 0;
    for (const block of blocks) {
      this.#records.set(block, at);
      at += block.length;
    }
    if (spilled.length > 0) this.#readSpilled(spilled, at, count * this.#stored.words);
    return { records: this.#records, count };
  }

  #readSpilled(spilled: readonly number[], from: number, to: number): void {
    const { spillPath } = this.#stored;
    const file = openSync(spillPath, "r");
    const size = ((to - from) * 4) / spilled.length;
    try {
      for (const [index, offset] of spilled.entries()) {
        const bytes = new Uint8Array(this.#records.buffer, from * 4 + index * size, size);
        for (let done = 0; done < size; ) {
          const read = readSync(file, bytes, done, size - done, offset + done);
          if (read === 0) throw new Error(`${spillPath} ended early`);
          done += read;
        }
      }
    } finally {
      closeSync(file);
    }
  }
}
