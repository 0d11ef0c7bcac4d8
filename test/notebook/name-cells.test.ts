import { describe, expect, it } from "vitest";
import { nameCells } from "../../src/notebook/name-cells";
import { code, markdown } from "./notebook-fixture";

describe("nameCells", () => {
  it("names a cell after the nearest heading above it, else after its place", () => {
    const cells = [
      code("0"),
      markdown("# Drift\nSome text.\n\n## When did `it` **start**? ##\nMore."),
      code("2"),
      markdown("No heading, but code:\n```sh\n# install\n```"),
      code("4"),
      markdown("#hashtag"),
      code("6"),
    ];
    const heading = "When did it start?";
    expect(nameCells(cells)).toEqual(["Cell 1", heading, heading, heading, heading, heading, heading]);
  });
});
