import type { Side } from "../../subscription";
import { groupsFor, type PartRecords, RecordReader } from "./record-store";
import type { ScannedSide } from "./scan-side";
import * as record from "./scanner/record";
import { Tally } from "./tally";

/** Where rows stand in the text of an export, in bytes. */
export class RowPlaces {
  offsets = new Float64Array(1024);
  lengths = new Uint32Array(1024);
  count = 0;

  add(records: Uint32Array, at: number): void {
    if (this.count === this.offsets.length) {
      const [offsets, lengths] = [new Float64Array(this.count * 2), new Uint32Array(this.count * 2)];
      offsets.set(this.offsets);
      lengths.set(this.lengths);
      this.offsets = offsets;
      this.lengths = lengths;
    }
    const high = (records[at + record.PACKED] as number) & 0xff;
    this.offsets[this.count] = (records[at + record.OFFSET] as number) + high * 2 ** 32;
    this.lengths[this.count++] = (records[at + record.LENGTH] as number) & 0xffffff;
  }
}

/** What came of matching two scanned exports. */
export interface Matched {
  /** The pairs that were proved equal, summed up. */
  readonly tally: Tally;
  /** The rows of Stripe's side, and of the database's, that belong to none of them. */
  readonly left: Readonly<Record<Side, RowPlaces>>;
  /** For each part, a byte for each record of Stripe's side as it is read in groups: whether it was proved. */
  readonly proved: readonly Uint8Array[];
}

const FREE = -1;

/**
 * Matches the records of both sides by id. A pair is proved equal when its id stands once on each side, nothing in either row is odd, and all
 * that is compared, and the id, has the same hash of 128 bits. An id is looked up by 64 bits of its hash: two ids that shared them would
 * differ in content, or be taken for one that stands twice, and in both cases the engine looks at the rows themselves.
 */
export async function matchSides(
  stripe: ScannedSide,
  database: ScannedSide,
  breathe: () => Promise<void>,
): Promise<Matched> {
  const tally = new Tally(stripe, database);
  const left = { stripe: new RowPlaces(), database: new RowPlaces() };
  const proved: Uint8Array[] = [];
  const tables = new Tables(Math.max(...stripe.records.parts.map(({ count }) => count)));
  const readers = { stripe: new RecordReader(stripe.records), database: new RecordReader(database.records) };
  for (let part = 0; part < record.PARTS; part++) {
    const groups = groupsFor(stripe.records.parts[part]?.count ?? 0);
    const ours = readers.stripe.part(part, groups);
    const theirs = readers.database.part(part, groups);
    const isProved = new Uint8Array(ours.starts[groups] as number);
    for (let group = 0; group < groups; group++) {
      const ofStripe = groupOf(ours, record.STRIPE_WORDS, group);
      const ofDatabase = groupOf(theirs, record.DATABASE_WORDS, group);
      matchGroup(ofStripe, ofDatabase, tables, tally, left, isProved.subarray(ours.starts[group]));
    }
    proved.push(isProved);
    await breathe();
  }
  return { tally, left, proved };
}

/** What is needed to match a group, for the largest one. */
class Tables {
  readonly #slots: Int32Array;
  readonly #twins: Uint8Array;
  readonly #partners: Int32Array;

  constructor(records: number) {
    this.#slots = new Int32Array(slotsFor(records));
    this.#twins = new Uint8Array(records);
    this.#partners = new Int32Array(records);
  }

  /** Emptied, for so many records. */
  cleared(records: number): { slots: Int32Array; isTwin: Uint8Array; partners: Int32Array } {
    return {
      slots: this.#slots.subarray(0, slotsFor(records)).fill(FREE),
      isTwin: this.#twins.subarray(0, records).fill(0),
      partners: this.#partners.subarray(0, records).fill(FREE),
    };
  }
}

function slotsFor(records: number): number {
  return 2 ** Math.ceil(Math.log2(records * 2 + 2));
}

interface Records {
  readonly records: Uint32Array;
  readonly count: number;
}

function groupOf({ records, starts }: PartRecords, words: number, group: number): Records {
  const [start, end] = [starts[group] as number, starts[group + 1] as number];
  return { records: records.subarray(start * words, end * words), count: end - start };
}

/** Matches a group of records; `isProved` takes a byte for each of Stripe's side. */
function matchGroup(
  stripe: Records,
  database: Records,
  tables: Tables,
  tally: Tally,
  left: Matched["left"],
  isProved: Uint8Array,
): void {
  const ours = stripe.records;
  const theirs = database.records;
  const { slots, isTwin, partners } = tables.cleared(stripe.count);
  const mask = slots.length - 1;

  const find = (idLow: number, idHigh: number): number => {
    let slot = idLow & mask;
    for (let row = slots[slot] as number; row !== FREE; row = slots[slot] as number) {
      const at = row * record.STRIPE_WORDS;
      if (ours[at] === idLow && ours[at + 1] === idHigh) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  };

  for (let row = 0, at = 0; row < stripe.count; row++, at += record.STRIPE_WORDS) {
    if (hasNoId(ours, at)) continue;
    const slot = find(ours[at] as number, ours[at + 1] as number);
    const first = slots[slot] as number;
    if (first === FREE) slots[slot] = row;
    else isTwin[first] = isTwin[row] = 1;
  }
  for (let row = 0, at = 0; row < database.count; row++, at += record.DATABASE_WORDS) {
    const partner = hasNoId(theirs, at)
      ? FREE
      : (slots[find(theirs[at] as number, theirs[at + 1] as number)] as number);
    if (partner !== FREE && partners[partner] === FREE) {
      partners[partner] = row;
      continue;
    }
    if (partner !== FREE) isTwin[partner] = 1;
    left.database.add(theirs, at);
  }
  for (let row = 0, at = 0; row < stripe.count; row++, at += record.STRIPE_WORDS) {
    const partner = partners[row] as number;
    const other = partner * record.DATABASE_WORDS;
    if (partner !== FREE && isTwin[row] === 0 && isEqual(ours, at, theirs, other)) {
      tally.add(ours, at, theirs, other);
      isProved[row] = 1;
      continue;
    }
    left.stripe.add(ours, at);
    if (partner !== FREE) left.database.add(theirs, other);
  }
}

function flagsOf(records: Uint32Array, at: number): number {
  return ((records[at + record.PACKED] as number) >>> 8) & 0xff;
}

function hasNoId(records: Uint32Array, at: number): boolean {
  return (flagsOf(records, at) & record.NO_ID) !== 0;
}

function isEqual(ours: Uint32Array, at: number, theirs: Uint32Array, other: number): boolean {
  if (((flagsOf(ours, at) | flagsOf(theirs, other)) & record.ODD) !== 0) return false;
  for (let word = record.CONTENT; word < record.CONTENT + 4; word++) {
    if (ours[at + word] !== theirs[other + word]) return false;
  }
  return true;
}
