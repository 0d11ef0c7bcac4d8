/**
 * A hash of 128 bits in two lanes of 64. Each lane has a start and an odd factor of its own, which are secret and of this run alone, so that
 * nobody can write two texts that hash alike. A lane never maps two values of one word to the same state, and what it is left with is mixed
 * as MurmurHash3 does at its end.
 */
let startA: u64 = 0;
let startB: u64 = 0;
let factorA: u64 = 0;
let factorB: u64 = 0;
let a: u64 = 0;
let b: u64 = 0;

/** Sets the key: four words of 64 bits that are found at an address. */
export function setKey(at: usize): void {
  startA = load<u64>(at);
  startB = load<u64>(at, 8);
  // Factors have to be odd, or they would lose bits.
  factorA = load<u64>(at, 16) | 1;
  factorB = load<u64>(at, 24) | 1;
}

/** Begins a hash. */
export function begin(): void {
  a = startA;
  b = startB;
}

/** Goes on from where a hash stood that was begun before. */
export function resume(stateA: u64, stateB: u64): void {
  a = stateA;
  b = stateB;
}

/** Where the first lane stands. */
export function stateA(): u64 {
  return a;
}

/** Where the second lane stands. */
export function stateB(): u64 {
  return b;
}

/** Adds a word of 64 bits. */
export function addWord(word: u64): void {
  a = (a ^ word) * factorA;
  a ^= a >> 32;
  b = (b ^ word) * factorB;
  b ^= b >> 29;
}

/** Adds a whole number, marked as what no text's length is. */
export function addNumber(value: i64): void {
  addWord(u64.MAX_VALUE);
  addWord(value);
}

/** Adds a text with its length before it, so that no two rows of texts look alike. Seven bytes behind it may be read, and are not used. */
export function addText(from: usize, to: usize): void {
  addWord(to - from);
  let x = a;
  let y = b;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const word = load<u64>(at);
    x = (x ^ word) * factorA;
    x ^= x >> 32;
    y = (y ^ word) * factorB;
    y ^= y >> 29;
  }
  a = x;
  b = y;
  if (at < to) addWord(lastBytes(at, to));
}

/** The first lane's half of the hash. */
export function halfA(): u64 {
  return mixed(a);
}

/** The second lane's half of the hash. */
export function halfB(): u64 {
  return mixed(b);
}

const FIRST_MIX: u64 = ((<u64>0xff51afd7) << 32) | 0xed558ccd;
const SECOND_MIX: u64 = ((<u64>0xc4ceb9fe) << 32) | 0x1a85ec53;

/** Spreads what is in a word over all its bits. Source: the finalizer of MurmurHash3, https://github.com/aappleby/smhasher */
function mixed(word: u64): u64 {
  let h = (word ^ (word >> 33)) * FIRST_MIX;
  h = (h ^ (h >> 33)) * SECOND_MIX;
  return h ^ (h >> 33);
}

/** A hash of one lane, of a text that has at most `2^32` bytes; for tables in memory. */
export function shortHash(from: usize, to: usize): u64 {
  let h = startA ^ (to - from);
  let at = from;
  for (; at + 8 <= to; at += 8) {
    h = (h ^ load<u64>(at)) * factorA;
    h ^= h >> 32;
  }
  if (at < to) {
    h = (h ^ lastBytes(at, to)) * factorA;
    h ^= h >> 32;
  }
  return h;
}

/** One to seven bytes as a word. */
export function lastBytes(at: usize, to: usize): u64 {
  return load<u64>(at) & (((<u64>1) << ((<u64>(to - at)) << 3)) - 1);
}
