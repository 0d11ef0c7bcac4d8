const FIRST_SLOTS = 256;

/** Numbers texts from 1 in the order in which they come; 0 is no text. Texts are compared byte by byte, so that two never share a number. */
export class Dictionary {
  readonly #most: number;
  #slots = new Int32Array(FIRST_SLOTS);
  #hashes = new Int32Array(FIRST_SLOTS);
  #starts = new Int32Array(FIRST_SLOTS);
  #bytes = new Uint8Array(FIRST_SLOTS * 16);
  #size = 0;

  /** @param most - so many texts at most */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many texts there are. */
  get size(): number {
    return this.#size;
  }

  /** The number of a text, a new one when it was not there yet; -1 when there is no room for it. */
  codeOf(source: Uint8Array, from: number, to: number): number {
    let hash = to - from;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (source[i] as number), 0x01000193);
    hash ^= hash >>> 15;
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const code = slots[slot] as number;
      if (code === 0) return this.#add(source, from, to, hash, slot);
      if (this.#hashes[code] === hash && this.#isText(code, source, from, to)) return code;
    }
  }

  /** The texts by number; of 0 an empty one. */
  texts(): string[] {
    const bytes = Buffer.from(this.#bytes.buffer);
    return Array.from({ length: this.#size + 1 }, (_, code) =>
      code === 0 ? "" : bytes.toString("utf8", this.#starts[code - 1], this.#starts[code]),
    );
  }

  #isText(code: number, source: Uint8Array, from: number, to: number): boolean {
    const bytes = this.#bytes;
    const start = this.#starts[code - 1] as number;
    const end = this.#starts[code] as number;
    if (end - start !== to - from) return false;
    for (let i = start, j = from; i < end; i++, j++) if (bytes[i] !== source[j]) return false;
    return true;
  }

  #add(source: Uint8Array, from: number, to: number, hash: number, slot: number): number {
    if (this.#size >= this.#most) return -1;
    const code = ++this.#size;
    if (code + 1 >= this.#starts.length) {
      this.#starts = grown(this.#starts, new Int32Array(this.#starts.length * 2));
      this.#hashes = grown(this.#hashes, new Int32Array(this.#hashes.length * 2));
    }
    const start = this.#starts[code - 1] as number;
    const end = start + to - from;
    if (end > this.#bytes.length)
      this.#bytes = grown(this.#bytes, new Uint8Array(Math.max(end, this.#bytes.length) * 2));
    this.#bytes.set(source.subarray(from, to), start);
    this.#starts[code] = end;
    this.#hashes[code] = hash;
    this.#slots[slot] = code;
    if (code * 2 > this.#slots.length) this.#rehash();
    return code;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let code = 1; code <= this.#size; code++) {
      let slot = (this.#hashes[code] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = code;
    }
    this.#slots = slots;
  }
}

function grown<Numbers extends Int32Array | Uint8Array>(old: Numbers, larger: Numbers): Numbers {
  larger.set(old);
  return larger;
}
