import { ReconError } from "../recon-error";
import { cellOutputHtml, hasChart } from "./cell-output";
import type { Frame } from "./frame";
import { frameHtml } from "./frame-table";

// The chart whose output holds the library: run again, that output must hold it again.
let carrier: string | undefined;

/**
 * Displays results as the output of the notebook cell that runs: HTML of this folder's functions, and Danfo frames as tables.
 *
 * The first chart of a kernel's life brings the chart library (1.2 MB) into the notebook, later ones find it there.
 *
 * @throws ReconError `not_in_notebook` outside a tslab kernel
 */
export function show(...given: readonly (string | Frame)[]): void {
  const results = given.map((one) => (typeof one === "string" ? one : frameHtml(one)));
  const chart = results.find(hasChart);
  const title = chart && /<figcaption[^>]*>(.*?)<\/figcaption>/s.exec(chart)?.[1];
  carrier ??= title;
  const html = cellOutputHtml(results, { withPlotly: title !== undefined && title === carrier });
  try {
    require("tslab").display.html(html);
  } catch (cause) {
    throw new ReconError(
      "not_in_notebook",
      "show() displays results in a notebook cell, and no notebook kernel runs here. In a script, write the HTML to a file instead.",
      { cause },
    );
  }
}
