/** Bytes to be hashed word by word: what is put in is padded with zeros to whole words. */
export class TextBuffer {
  bytes: Uint8Array;
  words: Int32Array;
  length = 0;

  constructor(size = 4096) {
    const buffer = new ArrayBuffer(size);
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
  }

  /** Sees to it that so many bytes more have room, and the padding. */
  reserve(more: number): void {
    const needed = this.length + more + 8;
    if (needed <= this.bytes.length) return;
    const buffer = new ArrayBuffer(2 ** Math.ceil(Math.log2(needed)));
    const bytes = new Uint8Array(buffer);
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
    this.words = new Int32Array(buffer);
  }

  /** Pads to whole words and says how many there are. */
  pad(): number {
    const { bytes } = this;
    let end = this.length;
    while ((end & 3) !== 0) bytes[end++] = 0;
    return end >>> 2;
  }

  /** Adds a text with its length before it, so that no two rows of values look alike, in whole words. */
  addText(source: Uint8Array, from: number, to: number): void {
    const size = to - from;
    this.reserve(size + 4);
    const { bytes } = this;
    let { length } = this;
    this.words[length >>> 2] = size;
    length += 4;
    for (let i = from; i < to; i++) bytes[length++] = source[i] as number;
    while ((length & 3) !== 0) bytes[length++] = 0;
    this.length = length;
  }

  /** Adds a whole number below 2^53, marked as what no text's length is. */
  addNumber(value: number): void {
    this.reserve(12);
    const at = this.length >>> 2;
    this.words[at] = -1;
    this.words[at + 1] = value;
    this.words[at + 2] = Math.floor(value / 2 ** 32);
    this.length += 12;
  }

  addWords(words: Int32Array): void {
    this.reserve(words.length * 4);
    this.words.set(words, this.length >>> 2);
    this.length += words.length * 4;
  }
}
