import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import { PARTS } from "./scanner/record";

/** Records of one side by part. They can be handed to another thread. */
export interface StoredRecords {
  /** Of a record. */
  readonly words: number;
  readonly parts: readonly StoredPart[];
  readonly path: string;
}

interface StoredPart {
  /** Records. */
  count: number;
  /** Where whole blocks stand in the file, in bytes. */
  readonly blocks: number[];
  /** The block that is not whole. */
  last: Uint32Array;
}

/**
 * Keeps blocks of records in a file, which costs less time than memory that was not used before: a system hands that out page by page.
 */
export class RecordStore {
  readonly #words: number;
  readonly #path: string;
  readonly #parts: StoredPart[];
  readonly #file: number;
  #fileBytes = 0;

  /** @param words - of a record */
  constructor(words: number, path: string) {
    this.#words = words;
    this.#path = path;
    this.#parts = Array.from({ length: PARTS }, () => ({ count: 0, blocks: [], last: new Uint32Array() }));
    this.#file = openSync(path, "w");
  }

  /** Takes a whole block of a part; all of them have the same size. */
  add(part: number, block: Uint8Array): void {
    const stored = this.#parts[part] as StoredPart;
    stored.count += block.length / 4 / this.#words;
    writeFileSync(this.#file, block);
    stored.blocks.push(this.#fileBytes);
    this.#fileBytes += block.length;
  }

  /** Takes what is left of a part: less than a block, of which the bytes are copied. */
  addLast(part: number, bytes: Uint8Array): void {
    const stored = this.#parts[part] as StoredPart;
    stored.count += bytes.length / 4 / this.#words;
    stored.last = new Uint32Array(new Uint8Array(bytes).buffer);
  }

  /** Closes its file: no more whole blocks are taken. */
  close(): void {
    closeSync(this.#file);
  }

  /** What was kept. */
  stored(): StoredRecords {
    return { words: this.#words, parts: this.#parts, path: this.#path };
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
    const { count, blocks, last } = this.#stored.parts[part] as StoredPart;
    const inFile = count * words - last.length;
    if (blocks.length > 0) this.#read(blocks, (inFile * 4) / blocks.length);
    this.#records.set(last, inFile);
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

  #read(blocks: readonly number[], size: number): void {
    const { path } = this.#stored;
    const file = openSync(path, "r");
    try {
      for (const [index, offset] of blocks.entries()) {
        const bytes = new Uint8Array(this.#records.buffer, index * size, size);
        for (let done = 0; done < size; ) {
          const read = readSync(file, bytes, done, size - done, offset + done);
          if (read === 0) throw new Error(`${path} ended early`);
          done += read;
        }
      }
    } finally {
      closeSync(file);
    }
  }
}
