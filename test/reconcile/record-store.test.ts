import { existsSync } from "node:fs";
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

function fill(path: string, memoryBytes: number): StoredRecords {
  const store = new RecordStore(WORDS, path, memoryBytes);
  // The same memory for all blocks, as the scanner has it.
  const block = new Uint32Array(PER_BLOCK * WORDS);
  let next = 0;
  const add = (part: number, records: number, isLast: boolean): void => {
    for (let word = 0; word < records * WORDS; word++) block[word] = Math.imul(next++, ODD_FACTOR);
    store.add(part, new Uint8Array(block.buffer, 0, records * WORDS * 4), isLast);
  };
  for (let i = 0; i < BLOCKS; i++) add((i * 7) % PARTS, PER_BLOCK, false);
  for (let part = 0; part < PARTS; part++) add(part, LAST, true);
  return store.finish();
}

/** All words of the records, part by part, each in order. */
function read(stored: StoredRecords): Uint32Array[] {
  const reader = new RecordReader(stored);
  return Array.from({ length: PARTS }, (_, part) => {
    const { records, starts } = reader.part(part, 1);
    return records.slice(0, (starts[1] as number) * WORDS).sort();
  });
}

it("records beyond the memory they may have are kept in a file, and come back whole", () => {
  const [small, large] = [folder.free("small"), folder.free("large")];
  const inMemory = read(fill(large, 1e9));
  expect(existsSync(large)).toBe(false);
  const stored = fill(small, PARTS * BLOCK_BYTES + 2_000_000);
  expect(existsSync(small)).toBe(true);
  const bytes = stored.parts.reduce(
    (sum, { blocks }) => sum + blocks.reduce((all, { byteLength }) => all + byteLength, 0),
    0,
  );
  expect(bytes).toBeGreaterThan(1_500_000);
  expect(bytes).toBeLessThan(2_000_000 + PARTS * LAST * WORDS * 4);
  const isSame = read(stored).map(
    (words, part) =>
      Buffer.compare(new Uint8Array(words.buffer), new Uint8Array((inMemory[part] as Uint32Array).buffer)) === 0,
  );
  expect(isSame).toEqual(Array.from({ length: PARTS }, () => true));
  const all = new Set(inMemory.flatMap((words) => [...words]));
  expect(all.size).toBe((BLOCKS * PER_BLOCK + PARTS * LAST) * WORDS);
});

it("records of a part come in groups by the bits of their id behind those of the part", () => {
  const stored = fill(folder.free("groups"), 1e9);
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
