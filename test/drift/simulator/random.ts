/** The simulator's only source of chance: seeded by a name, the same on every machine. */

/** A stream of numbers in [0, 1). */
export type Random = () => number;

/** FNV-1a of a text, as an unsigned 32-bit integer. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** Spreads neighboring states over [0, 1), as mulberry32 does. */
function scatter(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

/** A stream seeded by a name: each subject has its own, so that one more of them changes no other. */
export function randomOf(name: string): Random {
  let state = hash(name);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    return scatter(state);
  };
}

/** One number in [0, 1) that a name alone decides: the same whenever, and in whatever order, it is drawn. */
export function lot(name: string): number {
  return scatter((hash(name) + 0x6d2b79f5) | 0);
}

/** An integer in [low, high], both included. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** A waiting time with that mean, as of something that comes at any moment alike. */
export function waiting(random: Random, mean: number): number {
  return -Math.log(1 - random()) * mean;
}

/** One element of a list that is not empty. */
export function pick<T>(random: Random, list: readonly T[]): T {
  const value = list[Math.floor(random() * list.length)];
  if (value === undefined) throw new Error("pick: the list is empty");
  return value;
}

/** One element, each as likely as its weight. */
export function pickWeighted<T extends { readonly weight: number }>(random: Random, list: readonly T[]): T {
  let left = random() * list.reduce((sum, each) => sum + each.weight, 0);
  for (const each of list) {
    left -= each.weight;
    if (left < 0) return each;
  }
  return pick(random, list.slice(-1));
}
