import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { PARTS, partOf } from "./record";

/** Records are kept in blocks of so many bytes. */
const BLOCK_BYTES = 65_536;

/** Records of one side by part, of which some may stand in a file. It can be handed to another thread. */
export interface StoredRecords {
  readonly words: number;
  readonly parts: readonly StoredPart[];
  readonly spillPath: string;
}

/** A part that is still filled. */
interface OpenPart {
  count: number;
  /** Records in the last block. */
  used: number;
  last: Uint32Array;
  readonly blocks: Uint32Array[];
  readonly spilled: number[];
}

interface StoredPart {
  readonly count: number;
  /** The blocks that are in memory; all but the last one are full. */
  readonly blocks: readonly Uint32Array[];
  /** Where the full blocks before them stand in the file, in bytes. */
  readonly spilled: readonly number[];
}

/** Takes records as they are read, and writes blocks of them to a file once they would fill the memory they may have. */
export class RecordStore {
  /** Where the record that was begun last is to be filled in: from `at` on in `block`, which holds zeros there. */
  block: Uint32Array = new Uint32Array(0);
  at = 0;

  readonly #words: number;
  readonly #perBlock: number;
  readonly #spillPath: string;
  readonly #mostBlocks: number;
  readonly #parts: OpenPart[];
  #file: number | null = null;
  #fileBytes = 0;
  #blocks = PARTS;

  /** @param words - of a record */
  constructor(words: number, spillPath: string, memoryBytes: number) {
    this.#words = words;
    this.#perBlock = Math.floor(BLOCK_BYTES / 4 / words);
    this.#spillPath = spillPath;
    this.#mostBlocks = memoryBytes / BLOCK_BYTES;
    this.#parts = Array.from({ length: PARTS }, () => {
      const last = this.#newBlock();
      return { count: 0, used: 0, last, blocks: [last], spilled: [] };
    });
  }

  /** Begins a record. */
  begin(idWord: number): void {
    const part = this.#parts[partOf(idWord)] as OpenPart;
    if (part.used === this.#perBlock) {
      part.used = 0;
      if (this.#blocks < this.#mostBlocks) {
        this.#blocks++;
        part.last = this.#newBlock();
        part.blocks.push(part.last);
      } else {
        // The last one goes to the file and is used again.
        part.spilled.push(this.#spill(part.last));
        part.last.fill(0);
      }
    }
    part.count++;
    this.block = part.last;
    this.at = part.used++ * this.#words;
  }

  /** What was kept; the store is not to be used any more. */
  finish(): StoredRecords {
    if (this.#file !== null) closeSync(this.#file);
    return {
      words: this.#words,
      parts: this.#parts.map(({ count, blocks, spilled }) => ({ count, blocks, spilled })),
      spillPath: this.#spillPath,
    };
  }

  #newBlock(): Uint32Array {
    return new Uint32Array(this.#perBlock * this.#words);
  }

  #spill(block: Uint32Array): number {
    this.#file ??= openSync(this.#spillPath, "w");
    const bytes = new Uint8Array(block.buffer);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done, bytes.length - done);
    const offset = this.#fileBytes;
    this.#fileBytes += bytes.length;
    return offset;
  }
}

/** The records of one part in one piece, and how many. */
export function recordsOf(
  stored: StoredRecords,
  part: number,
): { readonly records: Uint32Array; readonly count: number } {
  const { count, blocks, spilled } = stored.parts[part] as StoredPart;
  const records = new Uint32Array(count * stored.words);
  let at = 0;
  if (spilled.length > 0) {
    const file = openSync(stored.spillPath, "r");
    const bytes = new Uint8Array(records.buffer);
    const size = (blocks[0] as Uint32Array).byteLength;
    try {
      for (const offset of spilled) {
        for (let done = 0; done < size; ) {
          const read = readSync(file, bytes, at * 4 + done, size - done, offset + done);
          if (read === 0) throw new Error(`${stored.spillPath} ended early`);
          done += read;
        }
        at += size / 4;
      }
    } finally {
      closeSync(file);
    }
  }
  for (const block of blocks) {
    const words = Math.min(block.length, records.length - at);
    records.set(block.subarray(0, words), at);
    at += words;
  }
  return { records, count };
}
