import { join } from "node:path";
import { BLANK_WORDS } from "../../sources/blank-cell";
import { COLUMN_TYPES, type Column } from "../../sources/column";
import { FALSE_WORDS, TRUE_WORDS } from "../../sources/typed-column";
import { assemble } from "./compile";
import * as role from "./scanner/cell-roles";
import type { HashKey, SidePlan } from "./side-plan";

/** A module of WebAssembly that has been compiled; it can be handed to another thread. */
export type ScannerModule = { readonly __module: never };

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => ScannerModule;
  readonly Instance: new (module: ScannerModule) => { readonly exports: unknown };
  readonly RuntimeError: new () => Error;
};

/** What `scanner/index.ts` exports. Addresses and sizes are in bytes; whole numbers of 64 bits are BigInts. */
interface ScannerExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  makeRoom(capacity: number): number;
  setKey(at: number): void;
  setCell(role: number, cell: number): void;
  addField(cell: number, how: number): void;
  addNeeded(cell: number): void;
  addChange(cell: number, whenItHasCome: number): void;
  addBlankWord(word: bigint): void;
  addFlagWord(word: bigint, value: number): void;
  begin(
    capacity: number,
    ofStripe: number,
    withMetadata: number,
    delimiter: number,
    width: number,
    step: number,
    now: number,
  ): void;
  scan(size: number, isLast: number): number;
  hashText(size: number): void;
  rows(): number;
  headerStart(): number;
  headerEnd(): number;
  isMultiline(): number;
  isOverfull(): number;
  oldest(): bigint;
  newest(): bigint;
  lastChange(): bigint;
  fullBlocks(): number;
  partOfFull(index: number): number;
  fullBlock(index: number): number;
  freeBlocks(): void;
  lastBlock(part: number): number;
  lastCount(part: number): number;
  wordCount(sort: number): number;
  wordBytes(sort: number): number;
  wordEnds(sort: number): number;
  countOf(key: number): number;
}

/** The roles of cells, and the columns they are in. */
const ROLES: readonly (readonly [number, Column])[] = [
  [role.ID_CELL, "id"],
  [role.STATUS_CELL, "status"],
  [role.METADATA_CELL, "metadata"],
  [role.LIVEMODE_CELL, "livemode"],
  [role.CREATED_CELL, "created"],
  [role.TEST_CLOCK_CELL, "test_clock"],
  [role.PRICE_CELL, "price_id"],
  [role.CURRENCY_CELL, "currency"],
  [role.CUSTOMER_CELL, "customer_id"],
  [role.TENANT_CELL, "tenant_id"],
];

/** The times of Stripe that are changes; a trial's end once it has come. */
const CHANGES = ["trial_end", "current_period_start", "paused_at", "canceled_at", "ended_at"] as const;

/** Stands for a column that is in no cell. */
const NO_CELL = -1;

/** The scanner, which is compiled from its sources when they have changed; null where that, or its machine code, cannot be had. */
export async function loadScanner(): Promise<ScannerModule | null> {
  try {
    return new WebAssembly.Module(await assemble(join(__dirname, "scanner", "index.ts")));
  } catch {
    return null;
  }
}

/** Whether an error came from the scanner itself: memory that it did not get, or a trap. */
export function isOfScanner(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

/** The scanner at work on one export: its memory, and what it exports. */
export class Scanner {
  readonly wasm: ScannerExports;
  /** Where the bytes of the file are to be put. */
  readonly room: number;
  #memory = new Uint8Array(0);

  /** @param capacity - takes so many bytes at a time, and in a row */
  constructor(module: ScannerModule, key: HashKey, capacity: number) {
    this.wasm = new WebAssembly.Instance(module).exports as ScannerExports;
    this.room = this.wasm.makeRoom(capacity);
    this.memory().set(key, this.room);
    this.wasm.setKey(this.room);
  }

  /** Tells it what to read of an export. */
  begin(plan: SidePlan, capacity: number): void {
    const { wasm } = this;
    const cell = (column: Column): number => {
      const place = plan.cells[column];
      return place === undefined ? NO_CELL : place.index * 2 + Number(place.blankWords);
    };
    for (const [number, column] of ROLES) wasm.setCell(number, cell(column));
    for (const field of plan.fields) wasm.addField(cell(field), howToRead(field));
    for (const column of plan.needed) wasm.addNeeded(cell(column));
    for (const column of CHANGES) wasm.addChange(cell(column), Number(column === "trial_end"));
    for (const word of BLANK_WORDS) wasm.addBlankWord(wordOf(word));
    for (const word of TRUE_WORDS) wasm.addFlagWord(wordOf(word), 1);
    for (const word of FALSE_WORDS) wasm.addFlagWord(wordOf(word), 0);
    const delimiter = plan.delimiter.charCodeAt(0);
    const isStripe = Number(plan.side === "stripe");
    wasm.begin(capacity, isStripe, Number(plan.comparesMetadata), delimiter, plan.width, plan.timeStep, plan.until);
  }

  /** Its memory as it is now; it moves when it grows. */
  memory(): Uint8Array {
    const { buffer } = this.wasm.memory;
    if (this.#memory.buffer !== buffer) this.#memory = new Uint8Array(buffer);
    return this.#memory;
  }

  /** The words of a sort by their number; of 0 an empty one. */
  words(sort: number): string[] {
    const count = this.wasm.wordCount(sort);
    const bytes = Buffer.from(this.wasm.memory.buffer);
    const ends = new Uint32Array(this.wasm.memory.buffer, this.wasm.wordEnds(sort), count + 1);
    const from = this.wasm.wordBytes(sort);
    return Array.from(ends, (end, code) =>
      code === 0 ? "" : bytes.toString("utf8", from + (ends[code - 1] as number), from + end),
    );
  }

  /** The hash of a text that is shorter than the room. */
  hashOf(text: string): bigint {
    const size = Buffer.from(this.wasm.memory.buffer).write(text, this.room);
    this.wasm.hashText(size);
    const words = new DataView(this.wasm.memory.buffer, this.room);
    return words.getBigUint64(0, true) | (words.getBigUint64(8, true) << 64n);
  }
}

function howToRead(column: Column): number {
  const type = COLUMN_TYPES[column];
  return type === "time" ? role.AS_TIME : type === "boolean" ? role.AS_FLAG : role.AS_TEXT;
}

/** Up to eight bytes as the scanner compares them. */
function wordOf(word: string): bigint {
  const bytes = Buffer.alloc(8);
  bytes.write(word);
  return bytes.readBigUInt64LE();
}
