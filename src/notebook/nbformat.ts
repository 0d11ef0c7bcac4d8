/**
 * Jupyter notebooks as data: what nbformat 4.5 says of a document. In memory a text of many lines is one string.
 *
 * Source: https://nbformat.readthedocs.io/en/latest/format_description.html
 */

/** One output in several representations: MIME type → text, or a JSON value for JSON types. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** What a cell, an output or a notebook carries besides its content. */
export type Metadata = Readonly<Record<string, unknown>>;

/** Text a cell wrote to stdout or stderr; neighbors of the same name are one output. */
export interface StreamOutput {
  readonly output_type: "stream";
  readonly name: "stdout" | "stderr";
  readonly text: string;
}

/** Something a cell displayed. */
export interface DisplayOutput {
  readonly output_type: "display_data";
  readonly data: MimeBundle;
  readonly metadata: Metadata;
}

/** The value a cell ended with. tslab prints it instead; other kernels send it. */
export interface ResultOutput {
  readonly output_type: "execute_result";
  readonly data: MimeBundle;
  readonly metadata: Metadata;
  readonly execution_count: number | null;
}

/** The error that ended a cell; `traceback` is text for people, one line an item. */
export interface ErrorOutput {
  readonly output_type: "error";
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** One of the outputs below a code cell. */
export type Output = StreamOutput | DisplayOutput | ResultOutput | ErrorOutput;

/** A cell of TypeScript with what it printed; `execution_count` is null until it ran. */
export interface CodeCell {
  readonly cell_type: "code";
  readonly id: string;
  readonly source: string;
  readonly metadata: Metadata;
  readonly execution_count: number | null;
  readonly outputs: readonly Output[];
}

/** A cell of text: Markdown, or raw text that nothing renders. */
export interface TextCell {
  readonly cell_type: "markdown" | "raw";
  readonly id: string;
  readonly source: string;
  readonly metadata: Metadata;
}

/** One cell of a notebook. */
export type Cell = CodeCell | TextCell;

/** A whole notebook. */
export interface NotebookDocument {
  readonly cells: readonly Cell[];
  readonly metadata: Metadata;
  readonly nbformat: 4;
  readonly nbformat_minor: number;
}

/** The tags of a cell, such as `parameters` or `hide-input`. */
export function cellTags(cell: Cell): readonly string[] {
  const tags = cell.metadata.tags;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

/** Whether a representation is a JSON value; all others are text, binary ones in base64. */
export function isJsonType(type: string): boolean {
  return type === "application/json" || (type.startsWith("application/") && type.endsWith("+json"));
}
