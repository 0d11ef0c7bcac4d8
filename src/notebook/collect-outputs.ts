import type { DisplayOutput, Output } from "./nbformat";
import type { CellOutput } from "./notebook-process";

/** The outputs of a notebook while it runs. */
export interface OutputCollector {
  /** Adds what a cell printed or displayed, and returns the output it became or changed. */
  readonly add: (output: CellOutput) => Output;
  /** The outputs of a cell so far, by its index. */
  readonly of: (cell: number) => readonly Output[];
}

/**
 * Collects outputs as Jupyter clients do: neighboring text of one stream is one output,
 * and an update replaces the display of the same id, in whichever cell it stands.
 */
export function collectOutputs(): OutputCollector {
  const cells = new Map<number, Output[]>();
  const displays = new Map<string, { readonly outputs: Output[]; readonly index: number }[]>();

  const outputsOf = (cell: number): Output[] => {
    const outputs = cells.get(cell) ?? [];
    cells.set(cell, outputs);
    return outputs;
  };

  const add = (given: CellOutput): Output => {
    const outputs = outputsOf(given.cell);
    if (given.kind === "stream") {
      const last = outputs.at(-1);
      const joins = last?.output_type === "stream" && last.name === given.name;
      const text = joins ? last.text + given.text : given.text;
      const stream: Output = { output_type: "stream", name: given.name, text };
      outputs.splice(joins ? outputs.length - 1 : outputs.length, 1, stream);
      return stream;
    }
    const shown: DisplayOutput = { output_type: "display_data", data: given.data, metadata: given.metadata };
    const places = given.id === null ? [] : (displays.get(given.id) ?? []);
    if (given.update && places.length > 0) {
      for (const place of places) place.outputs[place.index] = shown;
      return shown;
    }
    if (given.id !== null) displays.set(given.id, [...places, { outputs, index: outputs.length }]);
    outputs.push(shown);
    return shown;
  };

  return { add, of: (cell) => cells.get(cell) ?? [] };
}
