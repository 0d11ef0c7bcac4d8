/**
 * Scans an export for `screen`: cuts its rows into cells and makes a record of each. AssemblyScript, which is compiled to WebAssembly; what
 * JavaScript has to know of it stands in `../scanner.ts`.
 */
import * as role from "./cell-roles";
import { BROKEN, beginCutting, cutCells, endOf } from "./cut-cells";
import { Dictionary } from "./dictionary";
import * as hash from "./keyed-hash";
import { beginMetadata, names } from "./read-metadata";
import { beginRows, currencies, fragments, prices, readRow, statuses, storeHash, tenants } from "./read-row";
import { DATABASE_WORDS, STRIPE_WORDS } from "./record";
import { beginRecords } from "./records";

export { isMultiline } from "./cut-cells";
export { countOf } from "./read-metadata";
export {
  addBlankWord,
  addChange,
  addField,
  addFlagWord,
  addNeeded,
  isOverfull,
  lastChange,
  newest,
  oldest,
  setCell,
} from "./read-row";
export { freeBlocks, fullBlock, fullBlocks, lastBlock, lastCount, partOfFull } from "./records";

const NEWLINE: u8 = 10;
const RETURN: u8 = 13;
const BYTE_ORDER_MARK: u32 = 0xbfbbef;
/** What may be read behind the end of a text, and is not used. */
const PADDING: usize = 64;

let chunk: usize = 0;
let cellsOfRow: i32 = 0;
let rowCount: i32 = -1;
let before: u64 = 0;
let headerFrom: usize = 0;
let headerTo: usize = 0;

/**
 * Sees to it that there is room, and says where the bytes of the file are to be put.
 *
 * @param capacity - as many bytes at most, and as many in a row
 */
export function makeRoom(capacity: usize): usize {
  chunk = heap.alloc(capacity + PADDING);
  return chunk;
}

/** Sets the key of the hash: four words of 64 bits at an address. */
export function setKey(at: usize): void {
  hash.setKey(at);
}

/** Begins an export, once its cells have been set. Times are Unix seconds. */
export function begin(
  capacity: usize,
  ofStripe: bool,
  withMetadata: bool,
  delimiter: u8,
  width: i32,
  step: f64,
  now: f64,
): void {
  beginCutting(heap.alloc((capacity + 1) * 4), delimiter);
  beginMetadata(heap.alloc(capacity + PADDING));
  beginRows(ofStripe, withMetadata, width, <i64>step, <i64>now, heap.alloc(capacity + PADDING));
  beginRecords(ofStripe ? STRIPE_WORDS : DATABASE_WORDS);
  cellsOfRow = width;
}

/**
 * Reads the rows that end in the bytes that have been put into the chunk. The next bytes are expected behind those of the row that does not.
 *
 * @returns how many bytes the rows had; -1 when something is not as a CSV has it
 */
export function scan(size: usize, isLast: bool): i32 {
  const to = chunk + size;
  let rowFrom = chunk;
  if (before === 0 && size >= 3 && (load<u32>(chunk) & 0xffffff) === BYTE_ORDER_MARK) rowFrom += 3;
  const cells = cutCells(rowFrom, to, isLast);
  if (cells === BROKEN) return BROKEN;
  let column = 0;
  for (let cell = 0; cell < cells; cell++) {
    const end = endOf(cell);
    if (load<u8>(end) !== NEWLINE) {
      if (++column === cellsOfRow) return BROKEN;
      continue;
    }
    const rowTo = end > rowFrom && load<u8>(end - 1) === RETURN ? end - 1 : end;
    // A blank line is no row.
    if (rowTo > rowFrom || column > 0) {
      if (column !== cellsOfRow - 1) return BROKEN;
      if (++rowCount > 0) readRow(cell - column, rowFrom, rowTo, before + (rowFrom - chunk));
      else {
        headerFrom = rowFrom;
        headerTo = rowTo;
      }
    }
    column = 0;
    rowFrom = min(end + 1, to);
  }
  before += rowFrom - chunk;
  return <i32>(rowFrom - chunk);
}

/** Rows below the header; -1 before there was one. */
export function rows(): i32 {
  return rowCount;
}

/** Where the header begins, until the next chunk is put in. */
export function headerStart(): usize {
  return headerFrom;
}

/** Where the header ends. */
export function headerEnd(): usize {
  return headerTo;
}

/** Hashes a text of the chunk, as customers are hashed, into four words of 32 bits at its begin. */
export function hashText(size: usize): void {
  hash.begin();
  hash.addText(chunk, chunk + size);
  storeHash(chunk);
}

/** How many words of a sort there are; they are numbered from 1. */
export function wordCount(sort: i32): i32 {
  return wordsOf(sort).size;
}

/** Where the words of a sort stand one behind the other. */
export function wordBytes(sort: i32): usize {
  return wordsOf(sort).bytes;
}

/** Where it says where each of them ends, counted from there: numbers of 32 bits. */
export function wordEnds(sort: i32): usize {
  return wordsOf(sort).ends;
}

function wordsOf(sort: i32): Dictionary {
  switch (sort) {
    case role.STATUSES:
      return statuses;
    case role.PRICES:
      return prices;
    case role.CURRENCIES:
      return currencies;
    case role.TENANTS:
      return tenants;
    case role.FRAGMENTS:
      return fragments;
    default:
      return names;
  }
}
