/**
 * A hash of 128 bits under a secret key of this run alone: SipHash with one round a word and three at the end, of whose last state both
 * halves are taken. Texts must not contain zeros: a text ends with a word that has one, so that no two rows of texts look alike.
 *
 * Source: Aumasson, Bernstein: SipHash, a fast short-input PRF, https://github.com/veorq/SipHash
 */
let begin0: u64 = 0;
let begin1: u64 = 0;
let begin2: u64 = 0;
let begin3: u64 = 0;
let v0: u64 = 0;
let v1: u64 = 0;
let v2: u64 = 0;
let v3: u64 = 0;

/** Stands before a number. No text has such a word: it ends with a byte and has zeros before it. */
const NUMBER: u64 = (<u64>0x80) << 56;
const END: u64 = 0xff;
/** Spreads the bits of a short hash: an odd number near 2^64 divided by the golden ratio. */
const SPREAD: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15;

/** Takes a word. */
const word: usize = heap.alloc(8);
const zeros: usize = memory.data(16);

/** Bytes of a state that is kept. */
export const STATE_BYTES = 32;

/** Sets the key: four words of 64 bits that are found at an address. */
export function setKey(at: usize): void {
  begin0 = load<u64>(at);
  begin1 = load<u64>(at, 8);
  begin2 = load<u64>(at, 16);
  begin3 = load<u64>(at, 24);
}

/** Begins a hash. */
export function begin(): void {
  v0 = begin0;
  v1 = begin1;
  v2 = begin2;
  v3 = begin3;
}

/** Keeps where a hash stands. */
export function keep(at: usize): void {
  store<u64>(at, v0);
  store<u64>(at, v1, 8);
  store<u64>(at, v2, 16);
  store<u64>(at, v3, 24);
}

/** Goes on from where a hash stood. */
export function resume(at: usize): void {
  v0 = load<u64>(at);
  v1 = load<u64>(at, 8);
  v2 = load<u64>(at, 16);
  v3 = load<u64>(at, 24);
}

/** Adds two words of 64 bits. */
export function addWords(one: u64, other: u64): void {
  store<u64>(word, one);
  add(word, 1, other);
}

/** Adds a whole number. */
export function addNumber(value: i64): void {
  addWords(NUMBER, value);
}

/** Adds a text. Seven bytes behind it may be read, and are not used. */
export function addText(from: usize, to: usize): void {
  const whole = (to - from) >> 3;
  const rest = from + (whole << 3);
  add(from, whole, rest < to ? lastBytes(rest, to) : 0);
}

/** Adds so many words that stand somewhere, and another one. */
function add(from: usize, count: usize, last: u64): void {
  let a = v0;
  let b = v1;
  let c = v2;
  let d = v3;
  const to = from + (count << 3);
  let at = from;
  let isLast = false;
  do {
    isLast = at === to;
    const next = isLast ? last : load<u64>(at);
    at += 8;
    d ^= next;
    a += b;
    b = rotl<u64>(b, 13) ^ a;
    a = rotl<u64>(a, 32);
    c += d;
    d = rotl<u64>(d, 16) ^ c;
    a += d;
    d = rotl<u64>(d, 21) ^ a;
    c += b;
    b = rotl<u64>(b, 17) ^ c;
    c = rotl<u64>(c, 32);
    a ^= next;
  } while (!isLast);
  v0 = a;
  v1 = b;
  v2 = c;
  v3 = d;
}

/** Ends the hash; {@link firstHalf} and {@link secondHalf} then tell it. */
export function end(): void {
  v2 ^= END;
  // A round is what a word of zeros makes.
  add(zeros, 2, 0);
}

export function firstHalf(): u64 {
  return v0 ^ v1;
}

export function secondHalf(): u64 {
  return v2 ^ v3;
}

/** A hash of 64 bits for tables in memory, whose texts are compared as well. */
export function shortHash(from: usize, to: usize): u64 {
  let h = begin0 ^ (to - from);
  let at = from;
  for (; at + 8 <= to; at += 8) {
    h = (h ^ load<u64>(at)) * SPREAD;
    h ^= h >> 32;
  }
  if (at < to) {
    h = (h ^ lastBytes(at, to)) * SPREAD;
    h ^= h >> 32;
  }
  return h;
}

/** One to seven bytes as a word. */
export function lastBytes(at: usize, to: usize): u64 {
  return load<u64>(at) & (((<u64>1) << ((<u64>(to - at)) << 3)) - 1);
}
