import type { TextBuffer } from "./text-buffer";

export const QUOTE = 34;
export const COMMA = 44;
export const CLOSE = 125;
export const BACKSLASH = 92;
const MINUS = 45;
const ZERO = 48;

/** Whole numbers of so many digits are written alike by everybody. */
const MOST_DIGITS = 15;

/** What `\n` and the like stand for, by the byte behind the backslash. */
const ESCAPED = new Uint8Array(256);
for (const [letter, byte] of Object.entries({ '"': 34, "\\": 92, "/": 47, b: 8, f: 12, n: 10, r: 13, t: 9 }))
  ESCAPED[letter.charCodeAt(0)] = byte;

/** Where the white space ends. */
export function skipSpace(source: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const byte = source[at];
    if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) break;
    at++;
  }
  return at;
}

/** Adds a JSON string, decoded, from behind its opening quote; returns where it ends, -1 when it is none. */
export function readString(source: Uint8Array, from: number, to: number, quoteWidth: number, out: TextBuffer): number {
  const { bytes } = out;
  let { length } = out;
  let at = from;
  for (;;) {
    if (at >= to) return -1;
    const byte = source[at++] as number;
    if (byte === QUOTE) {
      at += quoteWidth - 1;
      break;
    }
    if (byte < 32) return -1;
    if (byte !== BACKSLASH) {
      bytes[length++] = byte;
      continue;
    }
    const letter = source[at++] as number;
    if (letter === QUOTE) at += quoteWidth - 1;
    const plain = ESCAPED[letter] as number;
    if (plain !== 0) {
      bytes[length++] = plain;
      continue;
    }
    if (letter !== 117) return -1;
    let point = readHex(source, at, to);
    at += 4;
    if (point >= 0xd800 && point < 0xe000) {
      const low = source[at] === BACKSLASH && source[at + 1] === 117 ? readHex(source, at + 2, to) : -1;
      if (point >= 0xdc00 || low < 0xdc00 || low >= 0xe000) return -1;
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
      at += 6;
    }
    if (point <= 0) return -1;
    length = writePoint(bytes, length, point);
  }
  out.length = length;
  return at;
}

/** Four hexadecimal digits as a number, -1 when they are none. */
function readHex(source: Uint8Array, from: number, to: number): number {
  if (from + 4 > to) return -1;
  let value = 0;
  for (let i = from; i < from + 4; i++) {
    const byte = source[i] as number;
    const digit =
      byte >= 48 && byte <= 57 ? byte - 48 : (byte | 32) >= 97 && (byte | 32) <= 102 ? (byte | 32) - 87 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** Writes a code point in UTF-8, which takes fewer bytes than its escape; returns where it ends. */
function writePoint(bytes: Uint8Array, at: number, point: number): number {
  let end = at;
  if (point < 0x80) bytes[end++] = point;
  else if (point < 0x800) {
    bytes[end++] = 0xc0 | (point >> 6);
    bytes[end++] = 0x80 | (point & 63);
  } else if (point < 0x10000) {
    bytes[end++] = 0xe0 | (point >> 12);
    bytes[end++] = 0x80 | ((point >> 6) & 63);
    bytes[end++] = 0x80 | (point & 63);
  } else {
    bytes[end++] = 0xf0 | (point >> 18);
    bytes[end++] = 0x80 | ((point >> 12) & 63);
    bytes[end++] = 0x80 | ((point >> 6) & 63);
    bytes[end++] = 0x80 | (point & 63);
  }
  return end;
}

const NULL = new TextEncoder().encode("null");
const WORDS = [NULL, new TextEncoder().encode("true"), new TextEncoder().encode("false")];

/** Whether a value that {@link readWord} reads is null. */
export function isNull(source: Uint8Array, at: number): boolean {
  return source[at] === NULL[0];
}

/** Where a value without quotes ends: null, true, false, or a whole number as everybody writes it; -1 for all others. */
export function readWord(source: Uint8Array, from: number, to: number): number {
  for (const word of WORDS) {
    if (source[from] !== word[0]) continue;
    for (let i = 0; i < word.length; i++) if (from + i >= to || source[from + i] !== word[i]) return -1;
    return from + word.length;
  }
  let at = source[from] === MINUS ? from + 1 : from;
  const first = at;
  while (at < to && (source[at] as number) >= ZERO && (source[at] as number) <= ZERO + 9) at++;
  const count = at - first;
  if (count === 0 || count > MOST_DIGITS) return -1;
  if (source[first] === ZERO && (count > 1 || first > from)) return -1;
  const next = at < to ? source[at] : CLOSE;
  return next === COMMA || next === CLOSE || next === 32 || next === 10 || next === 13 || next === 9 ? at : -1;
}
