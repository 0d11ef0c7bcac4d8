/** A closed interval of Unix seconds; its ends may be infinite. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Every time there is. */
export const ALWAYS: Range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** Whether Unix seconds `time` lies in the interval. */
export function within(time: number, range: Range): boolean {
  return time >= range.from && time <= range.to;
}
