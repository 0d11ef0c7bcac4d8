import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { RecordStore, type StoredRecords } from "./record-store";
import { isOfScanner, Scanner, type ScannerModule } from "./scanner";
import * as role from "./scanner/cell-roles";
import { BLOCK_BYTES, DATABASE_WORDS, PARTS, STRIPE_WORDS } from "./scanner/record";
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

/** So many bytes are read at a time; they and what is found in them stay in the cache of a processor. */
const CHUNK_BYTES = 262_144;
/** A longer row is left to the engine, which sets it aside. */
const LONGEST_ROW = 2_000_000;
/** After so many chunks other work of this thread, such as a signal, gets its turn. */
const CHUNKS_A_TURN = 32;
const NO_ROOM: readonly string[] = ["ENOSPC", "EDQUOT", "EFBIG"];
const CAPACITY = LONGEST_ROW + CHUNK_BYTES;

/**
 * Reads an export byte by byte, once, and makes a record of each row.
 *
 * @returns null when something in the file is not as a CSV has it, or not UTF-8: then only the engine says what. Also where the scanner
 *   cannot do its work.
 */
export async function scanSide(module: ScannerModule, plan: SidePlan): Promise<ScannedSide | null> {
  try {
    return await scan(module, plan);
  } catch (error) {
    // Such as where a process may not have the memory, or the disk the room: the engine does without.
    if (isOfScanner(error) || NO_ROOM.includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}

async function scan(module: ScannerModule, plan: SidePlan): Promise<ScannedSide | null> {
  const scanner = new Scanner(module, plan.key, CAPACITY);
  scanner.begin(plan, CAPACITY);
  const { wasm, room } = scanner;
  const words = plan.side === "stripe" ? STRIPE_WORDS : DATABASE_WORDS;
  const blockBytes = Math.floor(BLOCK_BYTES / 4 / words) * 4 * words;
  const store = new RecordStore(words, plan.recordsPath);
  const hash = createHash("sha256");
  const file = openSync(plan.path, "r");
  let header: string | null = null;
  // Bytes of a row that began in the chunk before.
  let kept = 0;
  try {
    for (let [isLast, turn] = [false, 1]; !isLast; turn++) {
      if (turn % CHUNKS_A_TURN === 0) await setImmediate();
      if (kept > LONGEST_ROW) return null;
      const size = readSync(file, scanner.memory(), room + kept, CHUNK_BYTES, null);
      hash.update(scanner.memory().subarray(room + kept, room + kept + size));
      isLast = size === 0;
      const done = wasm.scan(kept + size, Number(isLast));
      if (done < 0 || wasm.isOverfull() === 1) return null;
      const memory = scanner.memory();
      if (!isUtf8(memory.subarray(room, room + done))) return null;
      if (header === null && wasm.rows() >= 0)
        header = Buffer.from(memory.buffer).toString("utf8", wasm.headerStart(), wasm.headerEnd());
      for (let i = 0; i < wasm.fullBlocks(); i++) {
        const at = wasm.fullBlock(i);
        store.add(wasm.partOfFull(i), memory.subarray(at, at + blockBytes));
      }
      wasm.freeBlocks();
      memory.copyWithin(room, room + done, room + kept + size);
      kept = kept + size - done;
    }
  } finally {
    closeSync(file);
    store.close();
  }
  for (let part = 0; part < PARTS; part++) {
    const at = wasm.lastBlock(part);
    store.addLast(part, scanner.memory().subarray(at, at + wasm.lastCount(part) * words * 4));
  }
  const names = scanner.words(role.KEYS);
  return {
    records: store.stored(),
    rows: Math.max(0, wasm.rows()),
    isMultiline: wasm.isMultiline() === 1,
    header: header ?? "",
    sha256: hash.digest("hex"),
    words: {
      status: scanner.words(role.STATUSES),
      price: scanner.words(role.PRICES),
      currency: scanner.words(role.CURRENCIES),
      tenant: scanner.words(role.TENANTS),
      fragment: scanner.words(role.FRAGMENTS),
    },
    keys: new Map(names.flatMap((name, code) => (wasm.countOf(code) > 0 ? [[name, wasm.countOf(code)] as const] : []))),
    oldest: secondsOf(wasm.oldest()),
    newest: secondsOf(wasm.newest()),
    lastChange: secondsOf(wasm.lastChange()),
  };
}

/** Unix seconds; null for what stands where there were none. */
function secondsOf(time: bigint): number | null {
  return time === MOST || time === LEAST ? null : Number(time);
}

const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);
