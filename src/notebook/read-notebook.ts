import { readFileSync } from "node:fs";
import { z } from "zod";
import { ReconError } from "../recon-error";
import { isJsonType, type NotebookDocument } from "./nbformat";

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
