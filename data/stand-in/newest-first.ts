/** What Stripe lists: it has an id and was created at Unix seconds. */
export interface Listed {
  readonly id: string;
  readonly created: number;
}

/**
 * Objects in the order Stripe lists them: newest first, of the same second the greater id first.
 *
 * They need not be in memory: a million can be made one by one, from their index.
 */
export interface NewestFirst<T extends Listed> {
  readonly count: number;
  at(index: number): T;
  /** The index of an id; -1 where there is none. */
  indexOf(id: string): number;
  /** The index of the newest object created at Unix seconds `time` or before; `count` where there is none. */
  indexAtCreated(time: number): number;
}

/** The first index in [0, count) from which on `reached` is true; `count` where it never is. */
export function firstIndex(count: number, reached: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
