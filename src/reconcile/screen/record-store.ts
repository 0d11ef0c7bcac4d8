import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
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

  /** Closes its file: of blocks that are not the last one nothing more is taken. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  /** What was kept; the store is not to be used any more. */
  finish(): StoredRecords {
    this.close();
    return { words: this.#words, parts: this.#parts, spillPath: this.#spillPath };
  }

  #spill(bytes: Uint8Array): number {
    this.#file ??= openSync(this.#spillPath, "w");
    writeFileSync(this.#file, bytes);
    const offset = this.#fileBytes;
    this.#fileBytes += bytes.length;
    return offset;
  }
}

/** Records of one part, in groups by their id. */
export interface PartRecords {
  /** Longer than the records are. */
  readonly records: Uint32Array;
  /** How many records stand before each group; the last number is how many there are. */
  readonly starts: readonly number[];
}

/** A group of so many records fits in the cache of a processor. */
const GROUP_RECORDS = 16_384;
/** The bits of the second word of an id that tell the part, see `scanner/record`. */
const PART_BITS = Math.log2(PARTS);

/** In how many groups a part of so many records is best read: a power of 2. */
export function groupsFor(records: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(records / GROUP_RECORDS)));
}

/** Reads records part by part; each part takes the place of the one before. */
export class RecordReader {
  readonly #stored: StoredRecords;
  readonly #most: number;
  #records: Uint32Array;
  #grouped: Uint32Array | null = null;

  constructor(stored: StoredRecords) {
    this.#stored = stored;
    this.#most = Math.max(...stored.parts.map(({ count }) => count)) * stored.words;
    this.#records = new Uint32Array(this.#most);
  }

  /** The records of a part in one piece, so many groups of them. */
  part(part: number, groups: number): PartRecords {
    const { words } = this.#stored;
    const { count, blocks, spilled } = this.#stored.parts[part] as StoredPart;
    let at = 0;
    for (const block of blocks) {
      this.#records.set(block, at);
      at += block.length;
    }
    if (spilled.length > 0) this.#readSpilled(spilled, at, count * words);
    return { starts: groups === 1 ? [0, count] : this.#group(count, groups), records: this.#records };
  }

  /** Sorts the records by group and says where each begins. */
  #group(count: number, groups: number): number[] {
    const { words } = this.#stored;
    const records = this.#records;
    this.#grouped ??= new Uint32Array(this.#most);
    const grouped = this.#grouped;
    const shift = 32 - PART_BITS - Math.log2(groups);
    const ends = new Int32Array(groups + 1);
    const end = count * words;
    for (let at = 1; at < end; at += words) {
      const group = ((records[at] as number) >>> shift) & (groups - 1);
      ends[group + 1] = (ends[group + 1] as number) + 1;
    }
    for (let group = 0; group < groups; group++)
      ends[group + 1] = (ends[group + 1] as number) + (ends[group] as number);
    const starts = [...ends];
    for (let at = 0; at < end; at += words) {
      const group = ((records[at + 1] as number) >>> shift) & (groups - 1);
      const place = ends[group] as number;
      ends[group] = place + 1;
      for (let word = 0, to = place * words; word < words; word++) grouped[to + word] = records[at + word] as number;
    }
    this.#grouped = records;
    this.#records = grouped;
    return starts;
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
