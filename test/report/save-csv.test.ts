import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, expect, it } from "vitest";
import { toFrame } from "../../src/report/frame";
import { saveCsv } from "../../src/report/save-csv";

const folder = mkdtempSync(join(tmpdir(), "save-csv-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("writes what a CSV reader reads back: commas, quotes and lines in values, nothing where nothing is", async () => {
  const path = join(folder, "new", "rows.csv");
  const details = '{"metadata":{"added":{"a":"b, c"}}}';
  await saveCsv(toFrame([{ id: "sub_1", details, n: 1.5 }, { id: "x\ny" }]), path);
  expect(parse(readFileSync(path))).toEqual([
    ["id", "details", "n"],
    ["sub_1", details, "1.5"],
    ["x\ny", "", ""],
  ]);
});

it("writes no formula", async () => {
  const path = join(folder, "formula.csv");
  await saveCsv(toFrame([{ id: "=1+1", n: -5 }]), path);
  expect(readFileSync(path, "utf8")).toBe("id,n\n'=1+1,-5\n");
});
