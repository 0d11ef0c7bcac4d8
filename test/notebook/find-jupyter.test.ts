import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findJupyter } from "../../src/notebook/find-jupyter";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "recon-jupyter-"));
  mkdirSync(join(root, "bin"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Finds it on a machine whose PATH holds nothing but the given programs. */
function find(programs: Readonly<Record<string, string>>): { jupyter: string; told: string[] } {
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(root, "bin", name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(root, "bin", name), 0o755);
  }
  const told: string[] = [];
  const jupyter = findJupyter({ cache: root, env: { PATH: join(root, "bin") }, onProgress: (text) => told.push(text) });
  return { jupyter, told };
}

test("a JupyterLab 4 on PATH is used, and nothing is installed", () => {
  expect(find({ jupyter: 'echo "4.2.1"' })).toEqual({ jupyter: "jupyter", told: [] });
});

test("without Python, or with one that is too old, the message says what to install", () => {
  expect(() => find({})).toThrow(/needs Python 3\.10 or newer.*apt install python3-venv/);
  expect(() => find({ jupyter: 'echo "3.6.8"', python3: "exit 1" })).toThrow(/needs Python 3\.10/);
});

test("a Python that cannot make a venv, and a package index that cannot be reached, are told apart", () => {
  expect(() => find({ python3: 'case "$1" in -m) echo "ensurepip is not available" >&2; exit 1;; esac' })).toThrow(
    /cannot make a virtual environment.*ensurepip is not available/,
  );
  const python =
    'case "$2" in venv) /bin/mkdir -p "$3/bin" && /bin/cp "$0" "$3/bin/python";; pip) echo "no matching distribution" >&2; exit 1;; esac';
  expect(() => find({ python3: python })).toThrow(/could not be installed.*no matching distribution/);
});

test("an installation is made once; one that was stopped is made again", () => {
  const python =
    'case "$2" in venv) /bin/mkdir -p "$3/bin" && /bin/cp "$0" "$3/bin/python" && : > "$3/bin/jupyter";; esac';
  const first = find({ python3: python });
  expect(first.jupyter).toBe(join(root, "venv/bin/jupyter"));
  expect(first.told).toHaveLength(1);
  expect(find({}).told).toEqual([]);
  rmSync(join(root, "installed.txt"));
  expect(find({}).told).toHaveLength(1);
});
