import { describe, expect, it } from "vitest";
import { collectOutputs } from "../../src/notebook/collect-outputs";
import type { CellOutput } from "../../src/notebook/notebook-process";

function out(cell: number, text: string, name: "stdout" | "stderr" = "stdout"): CellOutput {
  return { kind: "stream", cell, name, text };
}

function show(cell: number, text: string, id: string | null = null, update = false): CellOutput {
  return { kind: "display", cell, data: { "text/plain": text }, metadata: {}, id, update };
}

function texts(given: readonly CellOutput[], cell: number): string[] {
  const outputs = collectOutputs();
  for (const one of given) outputs.add(one);
  return outputs.of(cell).map((output) => {
    if (output.output_type === "stream") return `${output.name}: ${output.text}`;
    return output.output_type === "display_data" ? `shown: ${output.data["text/plain"]}` : output.output_type;
  });
}

describe("collectOutputs", () => {
  it.each([
    ["joins neighbors of one stream", [out(0, "a"), out(0, "b")], ["stdout: ab"]],
    ["keeps streams apart", [out(0, "a"), out(0, "b", "stderr"), out(0, "c")], ["stdout: a", "stderr: b", "stdout: c"]],
    ["begins anew after a display", [out(0, "a"), show(0, "x"), out(0, "b")], ["stdout: a", "shown: x", "stdout: b"]],
    ["keeps displays without an id apart", [show(0, "x"), show(0, "y")], ["shown: x", "shown: y"]],
    [
      "updates a display in its place",
      [show(0, "1%", "p"), out(0, "a"), show(0, "2%", "p", true)],
      ["shown: 2%", "stdout: a"],
    ],
    [
      "updates every display of the id",
      [show(0, "1", "p"), show(0, "2", "p"), show(0, "3", "p", true)],
      ["shown: 3", "shown: 3"],
    ],
    ["updates from a later cell", [show(0, "1%", "p"), show(1, "2%", "p", true)], ["shown: 2%"]],
    ["shows an update of nothing", [show(0, "1%", "p", true)], ["shown: 1%"]],
    ["leaves other cells out", [out(1, "a")], []],
  ])("%s", (_, given, expected) => {
    expect(texts(given, 0)).toEqual(expected);
  });

  it("returns the output as it now stands", () => {
    const outputs = collectOutputs();
    outputs.add(out(0, "a"));
    expect(outputs.add(out(0, "b"))).toEqual({ output_type: "stream", name: "stdout", text: "ab" });
  });
});
