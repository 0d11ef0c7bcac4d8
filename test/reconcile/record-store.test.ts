import { existsSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { PARTS } from "../../src/reconcile/screen/record";
import { RecordStore, recordsOf, type StoredRecords } from "../../src/reconcile/screen/record-store";
import { makeFolder } from "../cli/run-recon";

const folder = makeFolder();
afterAll(folder.remove);

const WORDS = 17;
const RECORDS = 150_000;

/** The first and the last word of each record, by the last one. */
function read(stored: StoredRecords): [first: number, last: number][] {
  const all: [number, number][] = [];
  for (let part = 0; part < PARTS; part++) {
    const { records, count } = recordsOf(stored, part);
    expect(records).toHaveLength(count * WORDS);
    for (let at = 0; at < records.length; at += WORDS)
      all.push([records[at] as number, records[at + WORDS - 1] as number]);
  }
  return all.sort((a, b) => a[1] - b[1]);
}

function fill(path: string, memoryBytes: number): StoredRecords {
  const store = new RecordStore(WORDS, path, memoryBytes);
  for (let i = 0; i < RECORDS; i++) {
    store.begin(Math.imul(i, 0x9e3779b1));
    // Words that were not filled in are zeros, also where another record stood before.
    if (i % 3 > 0) store.block[store.at] = i;
    store.block[store.at + WORDS - 1] = i + 1;
  }
  return store.finish();
}

it("records beyond the memory they may have are kept in a file, and come back whole", () => {
  const [small, large] = [folder.free("small"), folder.free("large")];
  const inMemory = read(fill(large, 1e9));
  expect(existsSync(large)).toBe(false);
  const stored = fill(small, 5_000_000);
  expect(existsSync(small)).toBe(true);
  const bytes = stored.parts.reduce((sum, { blocks }) => sum + blocks.length * 65_536, 0);
  expect(bytes).toBeLessThan(6_000_000);
  expect(read(stored)).toEqual(inMemory);
  expect(inMemory).toEqual(Array.from({ length: RECORDS }, (_, i) => [i % 3 > 0 ? i : 0, i + 1]));
});
