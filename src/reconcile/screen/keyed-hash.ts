/** How many 32-bit words a key is made of. */
const KEY_WORDS = 8;

/** Numbers that decide what hashes come out. */
export type HashKey = Int32Array;

/**
 * A key of this run alone, so that nobody can write two texts that hash alike.
 *
 * @param random - fills what it is given with random numbers
 */
export function newHashKey(random: (words: Int32Array) => void): HashKey {
  const key = new Int32Array(KEY_WORDS);
  random(key);
  // Factors have to be odd, or they would lose bits.
  for (let lane = 4; lane < KEY_WORDS; lane++) key[lane] = (key[lane] as number) | 1;
  return key;
}

/**
 * Hashes words to 128 bits: four lanes of 32, each with a start and a factor of its own. A lane never maps two values of one word to
 * the same state, and what it is left with is mixed as MurmurHash3 does at its end.
 *
 * @param out - takes four words from `at` on; added to what stands there when `adds`, so that an order of entries does not matter
 */
export function hashWords(
  key: HashKey,
  words: Int32Array,
  length: number,
  out: Int32Array | Uint32Array,
  at: number,
  adds: boolean,
): void {
  let [a, b, c, d] = [key[0] as number, key[1] as number, key[2] as number, key[3] as number];
  const [ma, mb, mc, md] = [key[4] as number, key[5] as number, key[6] as number, key[7] as number];
  for (let i = 0; i < length; i++) {
    const word = words[i] as number;
    a = Math.imul(a ^ word, ma);
    a ^= a >>> 15;
    b = Math.imul(b ^ word, mb);
    b ^= b >>> 16;
    c = Math.imul(c ^ word, mc);
    c ^= c >>> 14;
    d = Math.imul(d ^ word, md);
    d ^= d >>> 13;
  }
  a = mixed(a);
  b = mixed(b);
  c = mixed(c);
  d = mixed(d);
  if (adds) {
    out[at] = ((out[at] as number) + a) | 0;
    out[at + 1] = ((out[at + 1] as number) + b) | 0;
    out[at + 2] = ((out[at + 2] as number) + c) | 0;
    out[at + 3] = ((out[at + 3] as number) + d) | 0;
  } else {
    out[at] = a;
    out[at + 1] = b;
    out[at + 2] = c;
    out[at + 3] = d;
  }
}

/** Spreads what is in a word over all its bits. Source: the finalizer of MurmurHash3, https://github.com/aappleby/smhasher */
function mixed(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
