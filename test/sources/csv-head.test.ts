import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { readCsvHead } from "../../src/sources/csv-head";
import { openFile } from "../../src/sources/open-file";
import { openWorkspace } from "../../src/sources/workspace";

const workspace = openWorkspace();
afterAll(() => workspace.close());

async function headOf(text: string) {
  const path = workspace.file("export.csv");
  writeFileSync(path, text);
  return readCsvHead(await openFile(path, workspace, "export"));
}

const ROWS = Array.from({ length: 400 }, (_, i) => `sub_${i},n${i},Past due`);

describe("the head of a CSV", () => {
  it.each([
    ["text after a quoted part", 'sub_x,"big" customer,Active'],
    ["a quote that is never closed further on", 'sub_x,a "big one,Active'],
  ])("loses no more than one row to %s", async (_, row) => {
    const { names, sample } = await headOf(`id,description,status\n${[row, ...ROWS].join("\n")}\n`);
    expect(names).toEqual(["id", "description", "status"]);
    expect(sample.filter(([id]) => id !== "sub_x")).toEqual(ROWS.map((each) => each.split(",")));
  });

  it.each([
    ["a byte order mark", "\ufeff", ";", "\r\n"],
    ["tabs", "", "\t", "\n"],
  ])("is read with %s", async (_, mark, delimiter, end) => {
    const line = (cells: readonly string[]): string => cells.join(delimiter);
    const text = `${mark}${line(["id", '"the\nstatus"'])}${end}${line(["sub_1", '"a ""b"", c"'])}${end}`;
    expect(await headOf(text)).toEqual({ delimiter, names: ["id", "the\nstatus"], sample: [["sub_1", 'a "b", c']] });
  });
});
