import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { DATABASE_WORDS, STRIPE_WORDS } from "./record";
import { RecordStore, type StoredRecords } from "./record-store";
import { type Cells, RowReader } from "./row-reader";
import type { SidePlan } from "./side-plan";

/** What a scan of one export found. */
export interface ScannedSide {
  readonly records: StoredRecords;
  /** Rows below the header. */
  readonly rows: number;
  /** Whether a cell holds a line end. */
  readonly isMultiline: boolean;
  /** The header as it stands, without its line end. */
  readonly header: string;
  /** SHA-256 of the text, in hex. */
  readonly sha256: string;
  /** The words by their number. */
  readonly words: Readonly<Record<"status" | "price" | "currency" | "tenant" | "fragment", readonly string[]>>;
  /** How many rows that are not odd have each metadata key. */
  readonly keys: ReadonlyMap<string, number>;
  readonly oldest: number | null;
  readonly newest: number | null;
  readonly lastChange: number | null;
}

const CHUNK_BYTES = 1_048_576;
/** A longer row is left to the engine, which sets it aside. */
const LONGEST_ROW = 2_000_000;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;

/**
 * Reads an export byte by byte, once, and makes a record of each row.
 *
 * @returns null when something in the file is not as a CSV has it, or not UTF-8: then only the engine says what
 */
export function scanSide(plan: SidePlan): ScannedSide | null {
  const store = new RecordStore(
    plan.side === "stripe" ? STRIPE_WORDS : DATABASE_WORDS,
    plan.spillPath,
    plan.memoryBytes,
  );
  const reader = new RowReader(plan, store);
  const hash = createHash("sha256");
  const keyCounts: number[] = [];
  const walker = new RowWalker(plan.delimiter, plan.width);
  const file = openSync(plan.path, "r");
  let chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  // Bytes of the file before the chunk, and bytes of a row that began in the chunk before.
  let [base, kept, rows] = [0, 0, -1];
  let header = "";
  try {
    for (;;) {
      if (kept > LONGEST_ROW) return null;
      if (chunk.length - kept < CHUNK_BYTES / 2) {
        const larger = Buffer.allocUnsafeSlow(chunk.length * 2);
        chunk.copy(larger, 0, 0, kept);
        chunk = larger;
      }
      const size = readSync(file, chunk, kept, chunk.length - kept, null);
      hash.update(chunk.subarray(kept, kept + size));
      const isLast = size === 0;
      const end = kept + size;
      let at = 0;
      if (base === 0 && rows < 0 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) at = 3;
      for (;;) {
        const next = walker.walk(chunk, at, end, isLast);
        if (next === BROKEN) return null;
        if (next === MORE) break;
        if (walker.rowEnd > at) {
          if (++rows > 0) {
            const isRead = reader.read(chunk, walker, base + at, walker.rowEnd - at);
            if (isRead && plan.side === "stripe") countKeys(reader, keyCounts);
          } else header = chunk.toString("utf8", at, walker.rowEnd);
        }
        at = next;
        if (at >= end) break;
      }
      if (!isUtf8(chunk.subarray(0, at)) || chunk.subarray(kept, end).includes(0)) return null;
      if (reader.isOverfull) return null;
      if (isLast) break;
      kept = end - at;
      chunk.copy(chunk, 0, at, end);
      base += at;
    }
  } finally {
    closeSync(file);
  }
  const names = reader.metadata.names.texts();
  return {
    records: store.finish(),
    rows: Math.max(0, rows),
    isMultiline: walker.isMultiline,
    header,
    sha256: hash.digest("hex"),
    words: {
      status: reader.statuses.texts(),
      price: reader.prices.texts(),
      currency: reader.currencies.texts(),
      tenant: reader.tenants.texts(),
      fragment: reader.fragments.texts(),
    },
    keys: new Map(keyCounts.flatMap((count, code) => (count > 0 ? [[names[code] as string, count] as const] : []))),
    oldest: reader.oldest,
    newest: reader.newest,
    lastChange: reader.lastChange,
  };
}

/** Counts the metadata keys of the row that was read last, by their number. */
export function countKeys({ metadata }: RowReader, counts: number[]): void {
  for (let i = 0; i < metadata.keyCount; i++) {
    const code = metadata.keys[i] as number;
    counts[code] = (counts[code] ?? 0) + 1;
  }
}

/** What {@link RowWalker.walk} returns when the row does not end in the chunk, and when it is none. */
const MORE = -1;
const BROKEN = -2;

/** Cuts rows into cells. It knows less than `walkCsv`, and gives up where that one would find a flaw. */
export class RowWalker implements Cells {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly doubled: Uint8Array;
  isMultiline = false;
  /** Where the row ends that was cut last, without its line end. */
  rowEnd = 0;
  readonly #plain = new Uint8Array(256).fill(1);
  readonly #inQuotes = new Uint8Array(256).fill(1);
  readonly #delimiter: number;
  readonly #width: number;
  #endsInReturn: boolean | null = null;

  constructor(delimiter: string, width: number) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#width = width;
    this.starts = new Int32Array(width);
    this.ends = new Int32Array(width);
    this.doubled = new Uint8Array(width);
    for (const special of [NEWLINE, RETURN, QUOTE]) this.#inQuotes[special] = 0;
    for (const special of [this.#delimiter, NEWLINE, RETURN, QUOTE]) this.#plain[special] = 0;
  }

  /** Cuts the row that begins at `from` and returns where the next one begins. */
  walk(chunk: Uint8Array, from: number, end: number, isLast: boolean): number {
    const { starts, ends, doubled } = this;
    const plain = this.#plain;
    const inQuotes = this.#inQuotes;
    const delimiter = this.#delimiter;
    const width = this.#width;
    let at = from;
    let cell = 0;
    let isMultiline = false;
    for (;;) {
      if (at >= end && !isLast) return MORE;
      let start = at;
      let isDoubled = 0;
      let cellEnd: number;
      if (at < end && chunk[at] === QUOTE) {
        start = ++at;
        for (;;) {
          while (at < end && inQuotes[chunk[at] as number] === 1) at++;
          if (at < end && chunk[at] !== QUOTE) {
            isMultiline = true;
            at++;
            continue;
          }
          if (at >= end) return isLast ? BROKEN : MORE;
          if (at + 1 >= end && !isLast) return MORE;
          if (at + 1 >= end || chunk[at + 1] !== QUOTE) break;
          isDoubled = 1;
          at += 2;
        }
        cellEnd = at++;
      } else {
        if (at < end && chunk[at] === SPACE) {
          // A quote behind a space opens a cell, too.
          let ahead = at;
          while (ahead < end && chunk[ahead] === SPACE) ahead++;
          if (ahead >= end && !isLast) return MORE;
          if (chunk[ahead] === QUOTE && ahead < end) return BROKEN;
        }
        while (at < end && plain[chunk[at] as number] === 1) at++;
        cellEnd = at;
      }
      if (at >= end && !isLast) return MORE;
      const byte = at < end ? (chunk[at] as number) : NEWLINE;
      if (byte === delimiter) {
        if (cell >= width) return BROKEN;
        starts[cell] = start;
        ends[cell] = cellEnd;
        doubled[cell++] = isDoubled;
        at++;
        continue;
      }
      let hasReturn = false;
      if (byte === RETURN) {
        if (at + 1 >= end && !isLast) return MORE;
        if (at + 1 >= end || chunk[at + 1] !== NEWLINE) return BROKEN;
        hasReturn = true;
      } else if (byte !== NEWLINE) return BROKEN;
      this.rowEnd = at;
      if (at < end) {
        this.#endsInReturn ??= hasReturn;
        if (this.#endsInReturn !== hasReturn) return BROKEN;
      }
      const next = at + (hasReturn ? 2 : 1);
      // A blank line is no row.
      if (at === from) return Math.min(next, end);
      if (cell !== width - 1) return BROKEN;
      starts[cell] = start;
      ends[cell] = cellEnd;
      doubled[cell] = isDoubled;
      if (isMultiline) this.isMultiline = true;
      return Math.min(next, end);
    }
  }
}
