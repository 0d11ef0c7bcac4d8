import { Dictionary } from "./dictionary";
import { BACKSLASH, CLOSE, COMMA, isNull, QUOTE, readString, readWord, skipSpace } from "./json-text";
import { type HashKey, hashWords } from "./keyed-hash";
import { TextBuffer } from "./text-buffer";

const COLON = 58;
const OPEN = 123;

/** Stripe allows 50 keys; a database may hold more, in objects that are then left to the engine. */
const MOST_KEYS = 1000;
/** More keys than this in an export are no keys but values. */
const MOST_DIFFERENT_KEYS = 100_000;

const TENANT = new TextEncoder().encode("tenant_id");

/**
 * Reads metadata: JSON objects whose values are strings, whole numbers, true, false or null, whatever the order of their keys.
 *
 * What the engine takes for the same object has the same sum of hashes (an entry that is empty or null adds nothing), and two keys of one
 * name are not read, since the last of them would count.
 */
export class MetadataReader {
  /** Sum of the hashes of the entries, four words. */
  readonly sum = new Int32Array(4);
  /** The numbers of the keys of the object read last, the first `keyCount` of them. */
  readonly keys = new Int32Array(MOST_KEYS);
  keyCount = 0;
  /** Where the value of `tenant_id` stands in `tenant`, in bytes; -1 when the object has none. */
  tenantLength = -1;
  tenant = new Uint8Array(256);
  readonly names = new Dictionary(MOST_DIFFERENT_KEYS);

  readonly #key: HashKey;
  readonly #entry = new TextBuffer();
  #lastSeen = new Int32Array(1024);
  #object = 0;
  #quoteWidth = 1;

  constructor(key: HashKey) {
    this.#key = key;
  }

  /**
   * Reads one object; false when it has to be left to the engine.
   *
   * @param isDoubled - every quote stands twice, as in a cell of a CSV
   */
  read(source: Uint8Array, from: number, to: number, isDoubled: boolean): boolean {
    this.clear();
    this.#quoteWidth = isDoubled ? 2 : 1;
    if (++this.#object === 0x7fffffff) this.#forget();
    let at = skipSpace(source, from, to);
    if (source[at] !== OPEN || at >= to) return false;
    at = skipSpace(source, at + 1, to);
    if (at < to && source[at] === CLOSE) return skipSpace(source, at + 1, to) === to;
    for (;;) {
      at = this.#readEntry(source, at, to);
      if (at < 0) return false;
      at = skipSpace(source, at, to);
      if (at >= to) return false;
      const byte = source[at];
      at = skipSpace(source, at + 1, to);
      if (byte === CLOSE) return at === to;
      if (byte !== COMMA) return false;
    }
  }

  /** As of an object without entries. */
  clear(): void {
    this.sum.fill(0);
    this.keyCount = 0;
    this.tenantLength = -1;
  }

  /** Reads one entry and returns where it ends; -1 when it is none that can be read. */
  #readEntry(source: Uint8Array, from: number, to: number): number {
    const entry = this.#entry;
    entry.length = 0;
    entry.reserve(to - from + 4);
    let at = from;
    if (source[at] !== QUOTE) return -1;
    const { bytes } = entry;
    let length = 0;
    const quoteWidth = this.#quoteWidth;
    at += quoteWidth;
    const keyStart = at;
    for (let byte = source[at] as number; byte !== QUOTE; byte = source[++at] as number) {
      if (at >= to || byte === BACKSLASH || byte < 32) return -1;
      bytes[length++] = byte;
    }
    if (at >= to) return -1;
    const code = this.names.codeOf(source, keyStart, at);
    if (code < 0 || !this.#isFirst(code)) return -1;
    bytes[length++] = 0;
    const valueStart = length;
    at = skipSpace(source, at + quoteWidth, to);
    if (at >= to || source[at] !== COLON) return -1;
    at = skipSpace(source, at + 1, to);
    if (at >= to) return -1;
    if (source[at] === QUOTE) {
      entry.length = length;
      at = readString(source, at + quoteWidth, to, quoteWidth, entry);
      if (at < 0) return -1;
      length = entry.length;
    } else {
      const end = readWord(source, at, to);
      if (end < 0) return -1;
      // null is what an absent key is.
      if (!isNull(source, at)) for (; at < end; at++) bytes[length++] = source[at] as number;
      else if (isTenant(bytes, valueStart)) return -1;
      at = end;
    }
    if (isTenant(bytes, valueStart)) this.#keepTenant(bytes, valueStart, length);
    if (length === valueStart) return at;
    entry.length = length;
    hashWords(this.#key, entry.words, entry.pad(), this.sum, 0, true);
    return at;
  }

  #isFirst(code: number): boolean {
    if (code >= this.#lastSeen.length) {
      const larger = new Int32Array(this.#lastSeen.length * 2);
      larger.set(this.#lastSeen);
      this.#lastSeen = larger;
    }
    if (this.#lastSeen[code] === this.#object || this.keyCount === MOST_KEYS) return false;
    this.#lastSeen[code] = this.#object;
    this.keys[this.keyCount++] = code;
    return true;
  }

  #keepTenant(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (length > this.tenant.length) this.tenant = new Uint8Array(length * 2);
    this.tenant.set(bytes.subarray(from, to));
    this.tenantLength = length;
  }

  #forget(): void {
    this.#lastSeen.fill(0);
    this.#object = 1;
  }
}

function isTenant(bytes: Uint8Array, valueStart: number): boolean {
  if (valueStart !== TENANT.length + 1) return false;
  for (let i = 0; i < TENANT.length; i++) if (bytes[i] !== TENANT[i]) return false;
  return true;
}
