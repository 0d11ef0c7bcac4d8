import { statSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { RecordReader, RecordStore, type StoredRecords } from "../../src/reconcile/screen/record-store";
import { BLOCK_BYTES, PARTS } from "../../src/reconcile/screen/scanner/record";
import { makeFolder } from "../cli/run-recon";

const folder = makeFolder();
afterAll(folder.remove);

const WORDS = 17;
const PER_BLOCK = Math.floor(BLOCK_BYTES / 4 / WORDS);
const BLOCKS = 100;
/** Spreads words over all numbers, none twice. */
const ODD_FACTOR = 0x9e3779b1;
/** Records in the last block of each part. */
const LAST = 5;

interface Filled {
  readonly stored: StoredRecords;
  /** By part the words it was given, in order. */
  readonly words: readonly number[][];
}

function fill(path: string): Filled {
  const store = new RecordStore(WORDS, path);
  // The same memory for all blocks, as the scanner has it.
  const block = new Uint32Array(PER_BLOCK * WORDS);
  const words: number[][] = Array.from({ length: PARTS }, () => []);
  let next = 0;
  const make = (part: number, records: number): Uint8Array => {
    for (let word = 0; word < records * WORDS; word++) block[word] = Math.imul(next++, ODD_FACTOR);
    words[part]?.push(...block.subarray(0, records * WORDS));
    return new Uint8Array(block.buffer, 0, records * WORDS * 4);
  };
  for (let i = 0; i < BLOCKS; i++) store.add((i * 7) % PARTS, make((i * 7) % PARTS, PER_BLOCK));
  store.close();
  for (let part = 0; part < PARTS; part++) store.addLast(part, make(part, LAST));
  return { stored: store.stored(), words };
}

it("whole blocks of records stand in a file, and come back whole with what is left of each part", () => {
  const path = folder.free("records");
  const { stored, words } = fill(path);
  expect(statSync(path).size).toBe(BLOCKS * PER_BLOCK * WORDS * 4);
  const reader = new RecordReader(stored);
  for (let part = 0; part < PARTS; part++) {
    const { records, starts } = reader.part(part, 1);
    const count = starts[1] as number;
    expect(count * WORDS).toBe(words[part]?.length);
    expect(
      Buffer.from(records.slice(0, count * WORDS).buffer).equals(
        Buffer.from(Uint32Array.from(words[part] ?? []).buffer),
      ),
    ).toBe(true);
  }
});

it("records of a part come in groups by the bits of their id behind those of the part", () => {
  const { stored } = fill(folder.free("groups"));
  const [all, grouped] = [new RecordReader(stored), new RecordReader(stored)];
  for (let part = 0; part < PARTS; part++) {
    const whole = all.part(part, 1);
    const { records, starts } = grouped.part(part, 8);
    const count = starts[8] as number;
    expect(count).toBe(whole.starts[1]);
    const groups = Array.from({ length: count }, (_, row) => ((records[row * WORDS + 1] as number) >>> 23) & 7);
    expect(groups).toEqual([...groups].sort());
    expect(starts.slice(0, 8)).toEqual(
      Array.from({ length: 8 }, (_, group) => groups.filter((own) => own < group).length),
    );
    const rows = (words: Uint32Array): string[] =>
      Array.from({ length: count }, (_, row) => words.subarray(row * WORDS, row * WORDS + WORDS).join()).sort();
    expect(rows(records)).toEqual(rows(whole.records));
  }
});
