import escapeHtml from "escape-html";
import { withoutAssets } from "./cell-output";
import { highlightHtml } from "./highlight";
import { type Heading, markdownHtml } from "./markdown";

/** What a page needs to know of a notebook; a document of nbformat 4.5, with texts as single strings, is one. */
export interface ExecutedNotebook {
  readonly cells: readonly ExecutedCell[];
}

/** A cell of text, or of code with what it displayed. */
export interface ExecutedCell {
  readonly cell_type: "code" | "markdown" | "raw";
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly outputs?: readonly ExecutedOutput[];
}

/** Something a code cell printed, displayed or failed with. */
export type ExecutedOutput =
  | { readonly output_type: "stream"; readonly name: string; readonly text: string }
  | { readonly output_type: "display_data" | "execute_result"; readonly data: Readonly<Record<string, unknown>> }
  | {
      readonly output_type: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

/** A notebook's cells as HTML, and the headings met on the way. */
export interface RenderedCells {
  readonly html: string;
  readonly headings: readonly Heading[];
}

/**
 * The cells of an executed notebook: text as text, code folded away, outputs as they were displayed.
 *
 * The tags nbconvert's users know are honored: `remove_cell`, `remove_input`, `remove_output`; `hide-input` asks for
 * what all code gets here, a fold that is closed.
 */
export function notebookCellsHtml(notebook: ExecutedNotebook, pageTitle: string): RenderedCells {
  const headings: Heading[] = [];
  const html = notebook.cells
    .filter((cell) => !cellTags(cell).includes("remove_cell"))
    .map((cell) => cellHtml(cell, pageTitle, headings))
    .filter((cell) => cell !== "")
    .join("\n");
  return { html, headings };
}

function cellHtml(cell: ExecutedCell, pageTitle: string, headings: Heading[]): string {
  if (cell.cell_type !== "code") {
    return cell.cell_type === "raw"
      ? ""
      : `<section class="rc-text">${markdownHtml(cell.source, pageTitle, headings)}</section>`;
  }
  const tags = cellTags(cell);
  const code = tags.includes("remove_input") || cell.source.trim() === "" ? "" : codeHtml(cell);
  const outputs = tags.includes("remove_output")
    ? ""
    : (cell.outputs ?? []).map((output) => outputHtml(output, pageTitle, headings)).join("\n");
  return code + outputs === "" ? "" : `<section class="rc-cell">${code}${outputs}</section>`;
}

function codeHtml(cell: ExecutedCell): string {
  return `<details class="rc-code"><summary>Show code</summary><pre tabindex="0"><code>${highlightHtml(cell.source)}</code></pre></details>`;
}

function outputHtml(output: ExecutedOutput, pageTitle: string, headings: Heading[]): string {
  if (output.output_type === "stream")
    return output.text.trim() === "" ? "" : preHtml(output.text, `rc-${output.name}`);
  if (output.output_type === "error") {
    const details = output.traceback.length === 0 ? "" : preHtml(output.traceback.join("\n"), "rc-traceback");
    return `<div class="rc-error" role="note"><p><strong>This cell failed: ${escapeHtml(withoutAnsi(output.ename))}</strong> ${escapeHtml(withoutAnsi(output.evalue))}</p>${details}</div>`;
  }
  return bundleHtml(output.data, pageTitle, headings);
}

function cellTags(cell: ExecutedCell): readonly unknown[] {
  return Array.isArray(cell.metadata.tags) ? cell.metadata.tags : [];
}

/** The richest form of an output that a page can hold. */
function bundleHtml(data: Readonly<Record<string, unknown>>, pageTitle: string, headings: Heading[]): string {
  if (typeof data["text/html"] === "string") return `<div class="rc-output">${withoutAssets(data["text/html"])}</div>`;
  if (typeof data["image/png"] === "string") {
    const base64 = data["image/png"].replace(/[^A-Za-z0-9+/=]/g, "");
    return `<div class="rc-output"><img src="data:image/png;base64,${base64}" alt="Picture that the cell displayed"></div>`;
  }
  if (typeof data["text/markdown"] === "string")
    return `<div class="rc-text">${markdownHtml(data["text/markdown"], pageTitle, headings)}</div>`;
  if ("application/json" in data) return preHtml(JSON.stringify(data["application/json"], null, 2), "rc-plain");
  if (typeof data["text/plain"] === "string") return preHtml(data["text/plain"], "rc-plain");
  return `<p class="rc-muted">An output of the type ${escapeHtml(Object.keys(data).join(", "))} is only in the notebook.</p>`;
}

function preHtml(text: string, className: string): string {
  return `<pre class="${className}" tabindex="0">${escapeHtml(withoutAnsi(text).trimEnd())}</pre>`;
}

function withoutAnsi(text: string): string {
  return text.replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)/g, "");
}
