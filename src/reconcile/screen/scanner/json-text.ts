import { isDigit } from "./read-instant";

export const QUOTE: u8 = 34;
export const COMMA: u8 = 44;
export const CLOSE: u8 = 125;
export const BACKSLASH: u8 = 92;
const MINUS: u8 = 45;
const ZERO: u8 = 48;
const LOWER_U: u8 = 117;

/** Whole numbers of so many digits are written alike by everybody. */
const MOST_DIGITS: usize = 15;

/** Where the white space ends. */
export function skipSpace(from: usize, to: usize): usize {
  let at = from;
  while (at < to && isSpace(load<u8>(at))) at++;
  return at;
}

function isSpace(byte: u8): bool {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

/** The first quote, backslash or control character; `to` when there is none. */
export function findSpecial(from: usize, to: usize): usize {
  let at = from;
  for (; at < to; at += 16) {
    const bytes = v128.load(at);
    const found = v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(34)), i8x16.eq(bytes, i8x16.splat(92))),
      i8x16.lt_u(bytes, i8x16.splat(32)),
    );
    const mask = i8x16.bitmask(found);
    if (mask !== 0) {
      at += ctz(mask);
      break;
    }
  }
  return min(at, to);
}

/**
 * Decodes the rest of a JSON string into `out`, from inside it up to its closing quote.
 *
 * @returns where the closing quote stands, 0 when it is no string; {@link decodedEnd} says where the decoded text ends
 */
export function decodeString(from: usize, to: usize, quoteWidth: usize, out: usize): usize {
  let at = from;
  let end = out;
  while (true) {
    const special = findSpecial(at, to);
    memory.copy(end, at, special - at);
    end += special - at;
    at = special;
    if (at >= to) return 0;
    const byte = load<u8>(at++);
    if (byte === QUOTE) {
      lastDecodedEnd = end;
      return at - 1;
    }
    if (byte !== BACKSLASH || at >= to) return 0;
    const letter = load<u8>(at++);
    if (letter === QUOTE) at += quoteWidth - 1;
    const plain = escaped(letter);
    if (plain !== 0) {
      store<u8>(end++, plain);
      continue;
    }
    if (letter !== LOWER_U) return 0;
    let point = readHex(at, to);
    at += 4;
    if (point >= 0xd800 && point < 0xe000) {
      const low = load<u8>(at) === BACKSLASH && load<u8>(at, 1) === LOWER_U ? readHex(at + 2, to) : -1;
      if (point >= 0xdc00 || low < 0xdc00 || low >= 0xe000) return 0;
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
      at += 6;
    }
    if (point <= 0) return 0;
    end = writePoint(end, point);
  }
}

let lastDecodedEnd: usize = 0;

/** Where the text ends that was decoded last. */
export function decodedEnd(): usize {
  return lastDecodedEnd;
}

/** What a letter behind a backslash stands for; 0 when it is none of those. */
function escaped(letter: u8): u8 {
  switch (letter) {
    case 34: // "
    case 92: // \
    case 47: // /
      return letter;
    case 98: // b
      return 8;
    case 102: // f
      return 12;
    case 110: // n
      return 10;
    case 114: // r
      return 13;
    case 116: // t
      return 9;
    default:
      return 0;
  }
}

/** Four hexadecimal digits as a number, -1 when they are none. */
function readHex(from: usize, to: usize): i32 {
  if (from + 4 > to) return -1;
  let value = 0;
  for (let at = from; at < from + 4; at++) {
    const byte = <i32>load<u8>(at);
    const letter = byte | 32;
    const digit = byte >= 48 && byte <= 57 ? byte - 48 : letter >= 97 && letter <= 102 ? letter - 87 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** Writes a code point in UTF-8; returns where it ends. */
function writePoint(at: usize, point: i32): usize {
  if (point < 0x80) {
    store<u8>(at, point);
    return at + 1;
  }
  if (point < 0x800) {
    store<u8>(at, 0xc0 | (point >> 6));
    store<u8>(at, 0x80 | (point & 63), 1);
    return at + 2;
  }
  if (point < 0x10000) {
    store<u8>(at, 0xe0 | (point >> 12));
    store<u8>(at, 0x80 | ((point >> 6) & 63), 1);
    store<u8>(at, 0x80 | (point & 63), 2);
    return at + 3;
  }
  store<u8>(at, 0xf0 | (point >> 18));
  store<u8>(at, 0x80 | ((point >> 12) & 63), 1);
  store<u8>(at, 0x80 | ((point >> 6) & 63), 2);
  store<u8>(at, 0x80 | (point & 63), 3);
  return at + 4;
}

/** `null`, `true` and the first four letters of `false`, as the bytes of a word. */
const NULL: u32 = 0x6c6c756e;
const TRUE: u32 = 0x65757274;
const FALS: u32 = 0x736c6166;
const LOWER_E: u8 = 101;

/** Whether a value that {@link endOfWord} reads is null. */
export function isNull(at: usize): bool {
  return load<u8>(at) === 110;
}

/** Where a value without quotes ends: null, true, false, or a whole number as everybody writes it; 0 for all others. */
export function endOfWord(from: usize, to: usize): usize {
  const first = load<u8>(from);
  if (first !== MINUS && !isDigit(first)) {
    const word = load<u32>(from);
    const end =
      word === FALS && load<u8>(from, 4) === LOWER_E ? from + 5 : word === NULL || word === TRUE ? from + 4 : 0;
    return end <= to ? end : 0;
  }
  const digits = first === MINUS ? from + 1 : from;
  let at = digits;
  while (at < to && isDigit(load<u8>(at))) at++;
  const count = at - digits;
  if (count === 0 || count > MOST_DIGITS) return 0;
  if (load<u8>(digits) === ZERO && (count > 1 || digits > from)) return 0;
  if (at === to) return at;
  const next = load<u8>(at);
  return next === COMMA || next === CLOSE || isSpace(next) ? at : 0;
}
