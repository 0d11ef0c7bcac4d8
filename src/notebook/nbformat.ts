/**
 * Jupyter notebooks as data: what nbformat 4.5 says of a document, read and written as Jupyter does.
 *
 * In memory a multi-line text is one string, on disk a list of lines.
 * Source: https://nbformat.readthedocs.io/en/latest/format_description.html
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { ReconError } from "../recon-error";

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

const text = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === "string" ? value : value.join("")));
const metadata = z.record(z.string(), z.unknown()).default({});
const count = z.number().int().nullable().default(null);
const data = z
  .record(z.string(), z.unknown())
  .transform((bundle) =>
    Object.fromEntries(
      Object.entries(bundle).map(([type, value]) => [type, isJsonType(type) ? value : text.parse(value)]),
    ),
  );

const output = z.discriminatedUnion("output_type", [
  z.object({ output_type: z.literal("stream"), name: z.enum(["stdout", "stderr"]), text }),
  z.object({ output_type: z.literal("display_data"), data, metadata }),
  z.object({ output_type: z.literal("execute_result"), data, metadata, execution_count: count }),
  z.object({
    output_type: z.literal("error"),
    ename: z.string(),
    evalue: z.string(),
    traceback: z.array(z.string()),
  }),
]);

const id = z.string().optional();
const cell = z.discriminatedUnion("cell_type", [
  z.object({
    cell_type: z.literal("code"),
    id,
    source: text,
    metadata,
    execution_count: count,
    outputs: z.array(output).default([]),
  }),
  z.looseObject({ cell_type: z.enum(["markdown", "raw"]), id, source: text, metadata }),
]);

const document = z.object({
  cells: z.array(cell),
  metadata,
  nbformat: z.literal(4),
  nbformat_minor: z.number().int(),
});

/**
 * The notebook in a text of JSON, as a document of nbformat 4.5: cells of an older 4.x get an id from their place.
 *
 * @param file how messages call it
 * @throws ReconError `not_a_notebook`
 */
export function parseNotebook(json: string, file: string): NotebookDocument {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ReconError("not_a_notebook", `${file} is not a notebook: it is not JSON.`, { cause });
  }
  const parsed = document.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.path.join(".") || "the top level";
    const hint = place === "nbformat" ? " Open it in JupyterLab and save it to bring it to version 4." : "";
    throw new ReconError(
      "not_a_notebook",
      `${file} is not a notebook of nbformat 4: at ${place}: ${issue?.message}.${hint}`,
      { cause: parsed.error },
    );
  }
  const cells = parsed.data.cells.map((one, index) => ({ ...one, id: one.id ?? `cell-${index + 1}` }));
  const nbformat_minor = Math.max(5, parsed.data.nbformat_minor);
  // A cast, because inside tslab, where strict is off, zod infers transformed fields as optional.
  return { ...parsed.data, cells, nbformat_minor } as NotebookDocument;
}

/**
 * Reads a notebook file.
 *
 * @throws ReconError `notebook_unreadable` when the file cannot be read, `not_a_notebook` when it is something else
 */
export function readNotebook(path: string): NotebookDocument {
  let json: string;
  try {
    json = readFileSync(path, "utf8");
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : String(cause);
    throw new ReconError("notebook_unreadable", `Cannot read the notebook ${path}: ${reason}.`, { cause });
  }
  return parseNotebook(json, path);
}

/** The text Jupyter would save: keys sorted, one space of indent, texts as lists of lines, a newline at the end. */
export function formatNotebook(notebook: NotebookDocument): string {
  const cells = notebook.cells.map((one) => ({
    ...one,
    source: splitLines(one.source),
    ...(one.cell_type === "code" ? { outputs: one.outputs.map(outputOnDisk) } : {}),
  }));
  return `${JSON.stringify(sortKeys({ ...notebook, cells }), null, 1)}\n`;
}

/** Writes a notebook so that a reader sees the old file or the whole new one, never a part. */
export function writeNotebook(path: string, notebook: NotebookDocument): void {
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    writeFileSync(partial, formatNotebook(notebook));
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw new ReconError("notebook_unwritable", `Cannot write the notebook ${path}: ${String(cause)}.`, { cause });
  }
}

/** The tags of a cell, such as `parameters` or `hide-input`. */
export function cellTags(cell: Cell): readonly string[] {
  const tags = cell.metadata.tags;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

function outputOnDisk(one: Output): unknown {
  if (one.output_type === "stream") return { ...one, text: splitLines(one.text) };
  if (one.output_type === "error") return one;
  const bundle = Object.entries(one.data).map(([type, value]) => [
    type,
    typeof value === "string" && !isJsonType(type) ? splitLines(value) : value,
  ]);
  return { ...one, data: Object.fromEntries(bundle) };
}

function isJsonType(type: string): boolean {
  return type === "application/json" || (type.startsWith("application/") && type.endsWith("+json"));
}

function splitLines(value: string): string[] {
  return value.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, one]) => [key, sortKeys(one)]));
}
