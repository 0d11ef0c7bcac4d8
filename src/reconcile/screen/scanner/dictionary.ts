import { lastBytes, shortHash } from "./keyed-hash";

const FIRST_CODES = 128;
/** Behind the bytes there is room for words that are read whole. */
const PADDING = 8;

/** Numbers texts from 1 in the order in which they come; 0 is no text. Texts are compared byte by byte, so that two never share a number. */
export class Dictionary {
  /** How many texts there are. */
  size: i32 = 0;
  /** Where the texts stand one behind the other, and by number where each of them ends, counted from there. */
  bytes: usize;
  ends: usize;
  private most: i32;
  private codeRoom: i32 = FIRST_CODES;
  private byteRoom: i32 = FIRST_CODES * 16;
  private hashes: usize;
  private slots: usize;
  private mask: i32 = FIRST_CODES * 2 - 1;

  /** @param most - so many texts at most */
  constructor(most: i32) {
    this.most = most;
    this.bytes = heap.alloc(this.byteRoom + PADDING);
    this.ends = heap.alloc(this.codeRoom * 4);
    this.hashes = heap.alloc(this.codeRoom * 8);
    this.slots = cleared((this.mask + 1) * 4);
    store<i32>(this.ends, 0);
  }

  /** The number of a text, a new one when it was not there yet; -1 when there is no room for it. */
  codeOf(from: usize, to: usize): i32 {
    const hash = shortHash(from, to);
    let slot = <i32>hash & this.mask;
    let code = load<i32>(this.slots + slot * 4);
    while (code !== 0) {
      if (load<u64>(this.hashes + code * 8) === hash && this.isText(code, from, to)) return code;
      slot = (slot + 1) & this.mask;
      code = load<i32>(this.slots + slot * 4);
    }
    return this.add(from, to, hash, slot);
  }

  private isText(code: i32, from: usize, to: usize): bool {
    const start = load<i32>(this.ends + code * 4 - 4);
    const length = load<i32>(this.ends + code * 4) - start;
    if (length !== <i32>(to - from)) return false;
    let ours = this.bytes + start;
    let at = from;
    for (; at + 8 <= to; at += 8, ours += 8) if (load<u64>(at) !== load<u64>(ours)) return false;
    return at === to || lastBytes(at, to) === lastBytes(ours, ours + (to - at));
  }

  private add(from: usize, to: usize, hash: u64, slot: i32): i32 {
    if (this.size >= this.most) return -1;
    const code = ++this.size;
    if (code === this.codeRoom) {
      this.ends = doubled(this.ends, this.codeRoom * 4);
      this.hashes = doubled(this.hashes, this.codeRoom * 8);
      this.codeRoom *= 2;
    }
    const start = load<i32>(this.ends + code * 4 - 4);
    const end = start + <i32>(to - from);
    while (end > this.byteRoom) {
      this.bytes = doubled(this.bytes, this.byteRoom);
      this.byteRoom *= 2;
    }
    memory.copy(this.bytes + start, from, to - from);
    store<i32>(this.ends + code * 4, end);
    store<u64>(this.hashes + code * 8, hash);
    store<i32>(this.slots + slot * 4, code);
    if (code * 2 > this.mask) this.rehash();
    return code;
  }

  private rehash(): void {
    heap.free(this.slots);
    this.mask = this.mask * 2 + 1;
    this.slots = cleared((this.mask + 1) * 4);
    for (let code = 1; code <= this.size; code++) {
      let slot = <i32>load<u64>(this.hashes + code * 8) & this.mask;
      while (load<i32>(this.slots + slot * 4) !== 0) slot = (slot + 1) & this.mask;
      store<i32>(this.slots + slot * 4, code);
    }
  }
}

/** Memory filled with zeros. */
export function cleared(size: i32): usize {
  const at = heap.alloc(size);
  memory.fill(at, 0, size);
  return at;
}

/** Moves what is at an address to where there is room for twice as much; what is new holds zeros. */
export function doubled(at: usize, size: i32): usize {
  const larger = cleared(size * 2 + PADDING);
  memory.copy(larger, at, size);
  heap.free(at);
  return larger;
}
