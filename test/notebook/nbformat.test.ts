import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cellTags } from "../../src/notebook/nbformat";
import { parseNotebook, readNotebook } from "../../src/notebook/read-notebook";
import { formatNotebook, writeNotebook } from "../../src/notebook/write-notebook";
import { code, markdown, newFolder, notebookOf } from "./notebook-fixture";

/** As JupyterLab saves a notebook: keys sorted, one space of indent, lists of lines. */
const AS_JUPYTER_SAVES = `{
 "cells": [
  {
   "attachments": {
    "a.png": {
     "image/png": "iVBORw0KGgo="
    }
   },
   "cell_type": "markdown",
   "id": "intro",
   "metadata": {},
   "source": [
    "# Drift\\n",
    "\\n",
    "What differs."
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 1,
   "id": "first",
   "metadata": {
    "tags": [
     "parameters"
    ]
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "a\\n",
      "b"
     ]
    },
    {
     "data": {
      "application/json": {
       "a": 1,
       "b": [
        "x\\ny"
       ]
      },
      "text/html": [
       "<b>\\n",
       "</b>"
      ]
     },
     "metadata": {},
     "output_type": "display_data"
    },
    {
     "ename": "Error",
     "evalue": "boom",
     "output_type": "error",
     "traceback": [
      "Error: boom"
     ]
    }
   ],
   "source": []
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "TypeScript",
   "language": "typescript",
   "name": "recon-ts"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

describe("nbformat", () => {
  it("writes what Jupyter saves, whatever the order of keys in memory", () => {
    const notebook = parseNotebook(AS_JUPYTER_SAVES, "a.ipynb");
    expect(formatNotebook(notebook)).toBe(AS_JUPYTER_SAVES);
    const { metadata, cells, ...rest } = notebook;
    expect(formatNotebook({ metadata, ...rest, cells })).toBe(AS_JUPYTER_SAVES);
  });

  it("joins lists of lines, and leaves JSON outputs as they are", () => {
    const [intro, first] = parseNotebook(AS_JUPYTER_SAVES, "a.ipynb").cells;
    expect(intro?.source).toBe("# Drift\n\nWhat differs.");
    expect(first).toMatchObject({
      source: "",
      outputs: [
        { text: "a\nb" },
        { data: { "text/html": "<b>\n</b>", "application/json": { a: 1, b: ["x\ny"] } } },
        { ename: "Error" },
      ],
    });
  });

  it("reads older and sparse notebooks of version 4", () => {
    const sparse = { nbformat: 4, nbformat_minor: 2, cells: [{ cell_type: "code", source: ["a", "b"] }] };
    expect(parseNotebook(JSON.stringify(sparse), "a.ipynb")).toEqual({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: [{ cell_type: "code", id: "cell-1", source: "ab", metadata: {}, execution_count: null, outputs: [] }],
    });
  });

  it.each([
    ["text that is not JSON", "id,status", "export.csv is not a notebook: it is not JSON"],
    ["other JSON", "[]", "export.csv is not a notebook of nbformat 4: at the top level"],
    ["version 3", '{"nbformat":3,"nbformat_minor":0,"cells":[]}', "at nbformat: .* Open it in JupyterLab and save it"],
    ["a broken cell", '{"nbformat":4,"nbformat_minor":5,"cells":[{"cell_type":"code"}]}', "at cells.0.source"],
  ])("refuses %s, naming file and place", (_, json, message) => {
    expect(() => parseNotebook(json, "export.csv")).toThrow(new RegExp(message));
    expect(() => parseNotebook(json, "export.csv")).toThrow(expect.objectContaining({ code: "not_a_notebook" }));
  });

  it("says when there is no such file", () => {
    const path = join(newFolder(), "missing.ipynb");
    expect(() => readNotebook(path)).toThrow(`Cannot read the notebook ${path}: there is no such file.`);
  });

  it("replaces a file in one step and leaves nothing beside it", () => {
    const folder = newFolder();
    const path = join(folder, "a.ipynb");
    writeFileSync(path, "old");
    writeNotebook(path, notebookOf(markdown("# A"), code("1")));
    expect(readNotebook(path)).toEqual(notebookOf(markdown("# A"), code("1")));
    expect(readFileSync(path, "utf8").endsWith("}\n")).toBe(true);
    expect(readdirSync(folder)).toEqual(["a.ipynb"]);
  });

  it("says when it cannot write", () => {
    const path = join(newFolder(), "missing", "a.ipynb");
    expect(() => writeNotebook(path, notebookOf())).toThrow(expect.objectContaining({ code: "notebook_unwritable" }));
    expect(existsSync(path)).toBe(false);
  });

  it("gives the tags of a cell", () => {
    expect(cellTags(code("1", "parameters", "hide-input"))).toEqual(["parameters", "hide-input"]);
    expect(cellTags(markdown("a"))).toEqual([]);
    expect(cellTags({ ...markdown("a"), metadata: { tags: "parameters" } })).toEqual([]);
  });
});
