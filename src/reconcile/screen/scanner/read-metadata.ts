import { cleared, Dictionary, doubled } from "./dictionary";
import {
  BACKSLASH,
  CLOSE,
  COMMA,
  decodedEnd,
  decodeString,
  endOfWord,
  findSpecial,
  isNull,
  QUOTE,
  skipSpace,
} from "./json-text";
import * as hash from "./keyed-hash";

const COLON: u8 = 58;
const OPEN: u8 = 123;

/** Stripe allows 50 keys; a database may hold more, in objects that are then left to the engine. */
const MOST_KEYS = 1000;
/** More keys than this in an export are no keys but values. */
const MOST_DIFFERENT_KEYS = 100_000;

/** What is known of a key, by its number: the hash begun with it, the object it was last seen in, and how often it was counted. */
const KEY_BYTES = hash.STATE_BYTES + 8;
const FIRST_KEYS = 1024;
const LAST_SEEN: usize = hash.STATE_BYTES;
const COUNT: usize = hash.STATE_BYTES + 4;

const TENANT_KEY: StaticArray<u8> = [116, 101, 110, 97, 110, 116, 95, 105, 100, 0, 0, 0, 0, 0, 0, 0];
const TENANT_KEY_LENGTH: usize = 9;
const TENANT_CODE = 1;

/** The keys that have occurred. */
export const names = new Dictionary(MOST_DIFFERENT_KEYS);
let known: usize = cleared(FIRST_KEYS * KEY_BYTES);
let knownRoom = FIRST_KEYS;
/** The keys of the object that was read last. */
const keys: usize = heap.alloc(MOST_KEYS * 4);
let keyCount = 0;
let object: u32 = 0;
let quoteWidth: usize = 1;
let sumA: u64 = 0;
let sumB: u64 = 0;
/** Where decoded values go, which are kept as long as the object is; and where the next one begins. */
let decoded: usize = 0;
let nextDecoded: usize = 0;
let tenantFrom: usize = 0;
let tenantTo: usize = 0;

/** @param room - where the decoded values of one object find room */
export function beginMetadata(room: usize): void {
  decoded = room;
  const key = changetype<usize>(TENANT_KEY);
  codeOf(key, key + TENANT_KEY_LENGTH);
}

/** As of an object without entries. */
export function clearMetadata(): void {
  sumA = 0;
  sumB = 0;
  keyCount = 0;
  tenantFrom = 0;
  nextDecoded = decoded;
}

/**
 * Reads metadata: a JSON object whose values are strings, whole numbers, true, false or null, whatever the order of its keys. What the engine
 * takes for the same object has the same sum of hashes (an entry that is empty or null adds nothing), and two keys of one name are not
 * read, since the last of them would count.
 *
 * @param isDoubled - every quote stands twice, as in a cell of a CSV
 * @returns false when it has to be left to the engine
 */
export function readMetadata(from: usize, to: usize, isDoubled: bool): bool {
  clearMetadata();
  quoteWidth = isDoubled ? 2 : 1;
  object++;
  let at = skipSpace(from, to);
  if (at >= to || load<u8>(at) !== OPEN) return false;
  at = skipSpace(at + 1, to);
  if (at < to && load<u8>(at) === CLOSE) return skipSpace(at + 1, to) === to;
  while (true) {
    at = readEntry(at, to);
    if (at === 0) return false;
    at = skipSpace(at, to);
    if (at >= to) return false;
    const byte = load<u8>(at);
    at = skipSpace(at + 1, to);
    if (byte === CLOSE) return at === to;
    if (byte !== COMMA) return false;
  }
}

/** Reads one entry and returns where it ends; 0 when it is none that can be read. */
function readEntry(from: usize, to: usize): usize {
  if (from >= to || load<u8>(from) !== QUOTE) return 0;
  const keyFrom = from + quoteWidth;
  const keyTo = findSpecial(keyFrom, to);
  if (keyTo >= to || load<u8>(keyTo) !== QUOTE) return 0;
  const code = codeOf(keyFrom, keyTo);
  if (code < 0 || !isFirst(code)) return 0;
  let at = skipSpace(keyTo + quoteWidth, to);
  if (at >= to || load<u8>(at) !== COLON) return 0;
  at = skipSpace(at + 1, to);
  if (at >= to) return 0;
  let valueFrom = at;
  let valueTo: usize;
  if (load<u8>(at) === QUOTE) {
    valueFrom = at + quoteWidth;
    valueTo = findSpecial(valueFrom, to);
    if (valueTo >= to) return 0;
    at = valueTo + quoteWidth;
    if (load<u8>(valueTo) === BACKSLASH) {
      const end = decodeString(valueFrom, to, quoteWidth, nextDecoded);
      if (end === 0) return 0;
      at = end + quoteWidth;
      valueFrom = nextDecoded;
      valueTo = decodedEnd();
      nextDecoded = valueTo;
    } else if (load<u8>(valueTo) !== QUOTE) return 0;
  } else {
    at = endOfWord(at, to);
    if (at === 0) return 0;
    valueTo = at;
    if (isNull(valueFrom)) {
      if (code === TENANT_CODE) return 0;
      // null is what an absent key is.
      return at;
    }
  }
  if (code === TENANT_CODE) {
    tenantFrom = valueFrom;
    tenantTo = valueTo;
  }
  if (valueFrom === valueTo) return at;
  const key = known + code * KEY_BYTES;
  hash.resume(key);
  hash.addText(valueFrom, valueTo);
  hash.end();
  sumA += hash.firstHalf();
  sumB += hash.secondHalf();
  return at;
}

/** The number of a key; of a new one the hash is begun. */
function codeOf(from: usize, to: usize): i32 {
  const before = names.size;
  const code = names.codeOf(from, to);
  if (names.size === before) return code;
  if (code === knownRoom) {
    known = doubled(known, knownRoom * KEY_BYTES);
    knownRoom *= 2;
  }
  hash.begin();
  hash.addText(from, to);
  hash.keep(known + code * KEY_BYTES);
  return code;
}

function isFirst(code: i32): bool {
  const key = known + code * KEY_BYTES;
  if (load<u32>(key, LAST_SEEN) === object || keyCount === MOST_KEYS) return false;
  store<u32>(key, object, LAST_SEEN);
  store<i32>(keys + keyCount++ * 4, code);
  return true;
}

/** Adds the object to the hash that is being made. */
export function addMetadata(): void {
  hash.addWords(sumA, sumB);
}

/** Counts the keys of the object that was read last. */
export function countKeys(): void {
  for (let i = 0; i < keyCount; i++) {
    const key = known + load<i32>(keys + i * 4) * KEY_BYTES;
    store<u32>(key, load<u32>(key, COUNT) + 1, COUNT);
  }
}

/** How many objects that were counted have a key, by its number. */
export function countOf(code: i32): u32 {
  return load<u32>(known + code * KEY_BYTES, COUNT);
}

/** The number of the tenant that the object names in `tenants`; 0 when it names none, -1 when there is no room for it. */
export function tenantOf(tenants: Dictionary): i32 {
  return tenantFrom === 0 ? 0 : tenants.codeOf(tenantFrom, tenantTo);
}
