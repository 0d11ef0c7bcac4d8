import { BLOCK_BYTES, PARTS } from "./record";

/** Full blocks of one chunk; its rows have two bytes at least, so there are fewer. */
const MOST_FULL = 4096;

let recordBytes: i32 = 0;
let perBlock: i32 = 0;
/** By part: the block that is filled, and how many records it holds. */
const open: usize = heap.alloc(PARTS * 4);
const used: usize = heap.alloc(PARTS * 4);
/** Blocks that are full, each with its part before it; and blocks that are free. */
const full: usize = heap.alloc(MOST_FULL * 8);
let fullCount: i32 = 0;
const free: usize = heap.alloc(MOST_FULL * 4);
let freeCount: i32 = 0;

/** @param words - of a record */
export function beginRecords(words: i32): void {
  recordBytes = words * 4;
  perBlock = BLOCK_BYTES / recordBytes;
  for (let part = 0; part < PARTS; part++) {
    store<u32>(open + part * 4, heap.alloc(BLOCK_BYTES));
    store<i32>(used + part * 4, 0);
  }
}

/** Where the next record of a part is to be filled in, over zeros. */
export function beginRecord(part: i32): usize {
  let block: usize = load<u32>(open + part * 4);
  let count = load<i32>(used + part * 4);
  if (count === perBlock) {
    store<i32>(full + fullCount * 8, part);
    store<u32>(full + fullCount++ * 8, block, 4);
    block = freeCount > 0 ? <usize>load<u32>(free + --freeCount * 4) : heap.alloc(BLOCK_BYTES);
    store<u32>(open + part * 4, block);
    count = 0;
  }
  store<i32>(used + part * 4, count + 1);
  const at = block + count * recordBytes;
  memory.fill(at, 0, recordBytes);
  return at;
}

/** How many blocks are full. */
export function fullBlocks(): i32 {
  return fullCount;
}

/** The part a full block belongs to. */
export function partOfFull(index: i32): i32 {
  return load<i32>(full + index * 8);
}

/** Where a full block stands. */
export function fullBlock(index: i32): usize {
  return load<u32>(full + index * 8, 4);
}

/** To be called when the full blocks have been taken. */
export function freeBlocks(): void {
  while (fullCount > 0) store<u32>(free + freeCount++ * 4, load<u32>(full + --fullCount * 8, 4));
}

/** The block of a part that is not full. */
export function lastBlock(part: i32): usize {
  return load<u32>(open + part * 4);
}

/** How many records it holds. */
export function lastCount(part: i32): i32 {
  return load<i32>(used + part * 4);
}
