import type { Column } from "../../sources/column";
import type { PlainCell } from "../../sources/source";
import type { Side } from "../../subscription";
import type { Field } from "../comparison";

/** A key of this run alone, so that nobody can write two texts that hash alike: random bytes. */
export type HashKey = Uint8Array;
export const KEY_BYTES = 32;

/** All that is needed to scan one side, on this thread or on another. */
export interface SidePlan {
  readonly side: Side;
  /** Path of the plain text. */
  readonly path: string;
  readonly delimiter: string;
  /** Cells of the header. */
  readonly width: number;
  readonly cells: Readonly<Partial<Record<Column, PlainCell>>>;
  /** What is compared beside the status, in the same order on both sides. */
  readonly fields: readonly Field[];
  readonly comparesMetadata: boolean;
  /** Periods are compared in steps of so many seconds. */
  readonly timeStep: number;
  /** Unix seconds; times after it lie in the future of the exports and are no changes. */
  readonly until: number;
  /** Of these columns a row that has none is left to the engine, since the other side may have one. */
  readonly needed: readonly Column[];
  readonly key: HashKey;
  /** Where the records of the rows go. */
  readonly recordsPath: string;
}
