import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, describe, expect, it, vi } from "vitest";
import type { Cell, NotebookDocument } from "../../src/notebook/nbformat";
import { startNotebookProcess } from "../../src/notebook/notebook-process";
import { readNotebook } from "../../src/notebook/read-notebook";
import type { RunProgress } from "../../src/notebook/run-cells";
import { type RunRequest, type RunResult, runNotebook } from "../../src/notebook/run-notebook";
import { code, markdown, newFolder, notebookOf, saved } from "./notebook-fixture";

vi.setConfig({ testTimeout: 60_000 });

const ROOT = join(__dirname, "..", "..");

/** The next test's process starts while this one's runs. */
let ahead = startNotebookProcess();
afterAll(() => ahead.kill());

async function run(cells: readonly Cell[], request: Partial<RunRequest> = {}): Promise<RunResult> {
  const rest = { notebook: saved(notebookOf(...cells)), parameters: {}, outDir: newFolder(), ...request };
  if (rest.process !== undefined) return runNotebook(rest);
  const process = ahead;
  ahead = startNotebookProcess();
  return runNotebook({ ...rest, process });
}

const PARAMETERS = code(
  `import { readParameters } from "./src/notebook/read-parameters";
const params = readParameters({ stripe: "data/stripe.csv", limit: 100, live: true, tenant: null });`,
  "parameters",
);

/** The line of write-notebook.ts that holds a text. */
function lineOf(text: string): number {
  const source = readFileSync(join(ROOT, "src/notebook/write-notebook.ts"), "utf8");
  return source.slice(0, source.indexOf(text)).split("\n").length;
}

function outputsOf(notebook: NotebookDocument, index: number): unknown {
  const cell = notebook.cells[index];
  return cell?.cell_type === "code" ? cell.outputs : null;
}

/** What a cell printed to stdout. */
function printed(notebook: NotebookDocument, index: number): string {
  const outputs = outputsOf(notebook, index) as { readonly name?: string; readonly text?: string }[];
  return outputs.map((output) => (output.name === "stdout" ? output.text : "")).join("");
}

describe("a run that goes well", () => {
  it("executes every cell and keeps what it printed, counted and timed", async () => {
    const stale = { ...code("const b: number = a + 1;\nb"), outputs: [], execution_count: 9 } as Cell;
    const { executed, ...result } = await run([
      markdown("# Sums"),
      code("const a = 1;\nconsole.log('a is', a);\nconsole.error('careful');"),
      code("  "),
      stale,
      code("await new Promise((resolve) => setTimeout(resolve, 5));\na + b", "hide-input"),
    ]);
    expect(result.failure).toBeUndefined();
    expect(result.status).toBe("ok");
    const [, first, empty, second, third] = executed.cells;
    expect(first).toMatchObject({
      execution_count: 1,
      outputs: [
        { output_type: "stream", name: "stdout", text: "a is 1\n" },
        { output_type: "stream", name: "stderr", text: "careful\n" },
      ],
      metadata: { papermill: { status: "completed", exception: false, duration: expect.any(Number) } },
    });
    expect(empty).toMatchObject({ execution_count: null, outputs: [] });
    expect(second).toMatchObject({ execution_count: 2, outputs: [{ text: "2\n" }] });
    expect(third).toMatchObject({ execution_count: 3, outputs: [{ text: "3\n" }], metadata: { tags: ["hide-input"] } });
  });

  it("writes the executed notebook and nothing else, and leaves the source alone", async () => {
    const notebook = saved(notebookOf(code("1 + 1")));
    const source = readFileSync(notebook, "utf8");
    const outDir = join(newFolder(), "not", "there", "yet");
    const { executed, path } = await run([], { notebook, outDir });
    expect(path).toBe(join(outDir, "sample.ipynb"));
    expect(readNotebook(path)).toEqual(executed);
    expect(readdirSync(outDir)).toEqual(["sample.ipynb"]);
    expect(readFileSync(notebook, "utf8")).toBe(source);
  });

  it("forgets the outputs of an earlier run", async () => {
    const outputs = [{ output_type: "stream", name: "stdout", text: "old\n" }] as const;
    const { executed } = await run([{ ...code("const a = 1"), execution_count: 4, outputs } as Cell]);
    expect(executed.cells[0]).toMatchObject({ execution_count: 1, outputs: [] });
  });

  it("runs in the folder of package.json, so that cells import the project as in JupyterLab", async () => {
    const { executed, status } = await run([
      code('import { ReconError } from "./src/recon-error";\nnew ReconError("a", "b").exitCode'),
      code("process.cwd()"),
    ]);
    expect(status).toBe("ok");
    expect([printed(executed, 0), printed(executed, 1)]).toEqual(["2\n", `${ROOT}\n`]);
  });

  it("runs modules written in a cell", async () => {
    const { executed } = await run([
      code('/** @module greeting */\nexport const hello = "hi";'),
      code('import { hello } from "./greeting";\nhello'),
    ]);
    expect(printed(executed, 1)).toBe("hi\n");
  });

  it("opens no socket and loads no ZeroMQ", async () => {
    const { executed } = await run([
      code(`const open = process.getActiveResourcesInfo().filter((name) => /TCP|UDP|Socket/.test(name));
const loaded = Object.keys(require.cache).filter((name) => name.includes("zeromq"));
console.log(JSON.stringify([open, loaded]));`),
    ]);
    expect(printed(executed, 0)).toBe("[[],[]]\n");
  });

  it("prints without colors, whatever the terminal wants", async () => {
    vi.stubEnv("FORCE_COLOR", "1");
    const { executed } = await run([code("({ a: 1, b: 'x' })")], { process: startNotebookProcess() });
    vi.unstubAllEnvs();
    expect(printed(executed, 0)).toBe("{ a: 1, b: 'x' }\n");
  });

  it("keeps everything a cell prints in a burst, in order", async () => {
    const { executed } = await run([code("for (let i = 0; i < 20_000; i += 1) console.log(i);")]);
    expect(printed(executed, 0)).toBe(Array.from({ length: 20_000 }, (_, i) => `${i}\n`).join(""));
    expect(outputsOf(executed, 0)).toHaveLength(1);
  });

  it("gives late output to the cell that started it", async () => {
    const { executed } = await run([
      code("setTimeout(() => console.log('late'), 40);\nundefined"),
      code("await new Promise((resolve) => setTimeout(resolve, 100));"),
      code("setTimeout(() => console.log('last'), 100);\nundefined"),
    ]);
    expect([0, 1, 2].map((index) => printed(executed, index))).toEqual(["late\n", "", "last\n"]);
  });

  it("ends although a cell leaves something open", async () => {
    const { status } = await run([code("setInterval(() => {}, 10);\nundefined")]);
    expect(status).toBe("ok");
  });

  it("updates a display in its place, from a later cell too, and shows bundles", async () => {
    const { executed } = await run([
      code(`import { newDisplay, display } from "tslab";
const progress = newDisplay();
progress.text("1 %");
console.log("between");
progress.text("50 %");`),
      code('progress.html("<b>100 %</b>");\ndisplay.markdown("# done");'),
      code(`const bundle = { "text/plain": "one", "application/json": { a: [1] } };
require("tslab/dist/jupyter").lastWriteDisplayData({ data: bundle, metadata: { a: 1 } }, false);`),
    ]);
    expect(outputsOf(executed, 0)).toEqual([
      { output_type: "display_data", data: { "text/html": "<b>100 %</b>" }, metadata: {} },
      { output_type: "stream", name: "stdout", text: "between\n" },
    ]);
    expect(outputsOf(executed, 1)).toEqual([
      { output_type: "display_data", data: { "text/markdown": "# done" }, metadata: {} },
    ]);
    expect(outputsOf(executed, 2)).toEqual([
      {
        output_type: "display_data",
        data: { "text/plain": "one", "application/json": { a: [1] } },
        metadata: { a: 1 },
      },
    ]);
  });

  it("tells its progress cell by cell, under the headings of the notebook", async () => {
    const events: RunProgress[] = [];
    await run([markdown("# Read"), code("console.log('x')"), markdown("## Compare"), code("const a = 1")], {
      onProgress: (event) => events.push(event),
    });
    const read = { cell: 1, number: 1, total: 2, name: "Read" };
    const compare = { cell: 3, number: 2, total: 2, name: "Compare" };
    expect(events).toEqual([
      { kind: "cell-started", ...read },
      { kind: "output", cell: 1, output: { output_type: "stream", name: "stdout", text: "x\n" } },
      { kind: "cell-done", ...read, status: "completed", seconds: expect.any(Number) },
      { kind: "cell-started", ...compare },
      { kind: "cell-done", ...compare, status: "completed", seconds: expect.any(Number) },
    ]);
  });

  it("shows progress while the cell still runs", async () => {
    const seen: string[] = [];
    await run([code("console.log('begun');\nawait new Promise((resolve) => setTimeout(resolve, 100));")], {
      onProgress: (event) => seen.push(event.kind),
    });
    expect(seen).toEqual(["cell-started", "output", "cell-done"]);
  });

  it("records the run as papermill does", async () => {
    const notebook = saved(notebookOf(PARAMETERS, code("params.limit")));
    const outDir = newFolder();
    const { executed, span } = await run([], { notebook, outDir, parameters: { limit: "7", tenant: "acme" } });
    expect(executed.metadata.papermill).toEqual({
      parameters: { limit: 7, tenant: "acme" },
      default_parameters: { stripe: "data/stripe.csv", limit: 100, live: true, tenant: null },
      environment_variables: {},
      input_path: notebook,
      output_path: join(outDir, "sample.ipynb"),
      start_time: span.start.toISOString(),
      end_time: span.end.toISOString(),
      duration: (span.end.getTime() - span.start.getTime()) / 1000,
      exception: null,
      version: "0.1.0",
    });
    expect(executed.metadata.kernelspec).toMatchObject({ name: "recon-ts" });
    expect(executed.cells[0]?.metadata).toMatchObject({ tags: ["parameters"], papermill: { status: "completed" } });
  });

  it("never writes an environment variable", async () => {
    vi.stubEnv("STRIPE_API_KEY", "value-that-must-not-leak");
    const { path, executed } = await run([code("process.env.STRIPE_API_KEY.length")], {
      process: startNotebookProcess(),
    });
    vi.unstubAllEnvs();
    expect(printed(executed, 0)).toBe("24\n");
    expect(readFileSync(path, "utf8")).not.toContain("value-that-must-not-leak");
  });
});

describe("parameters", () => {
  it("override the defaults, in the types of the defaults", async () => {
    const { executed, parameters } = await run([PARAMETERS, code("params")], {
      parameters: { limit: "7", live: "false", tenant: "12" },
    });
    expect(printed(executed, 1)).toBe("{ stripe: 'data/stripe.csv', limit: 7, live: false, tenant: '12' }\n");
    expect(parameters.given).toEqual({ limit: 7, live: false, tenant: "12" });
  });

  it("are the defaults when none is given, whatever the environment says", async () => {
    vi.stubEnv("RECON_PARAMETERS", '{"limit":1}');
    const { executed } = await run([PARAMETERS, code("params.limit")], { process: startNotebookProcess() });
    vi.unstubAllEnvs();
    expect(printed(executed, 1)).toBe("100\n");
  });

  it("are typed in later cells", async () => {
    const { failure } = await run([
      PARAMETERS,
      code(
        "const typed: [string, number, boolean, string] = [params.stripe, params.limit, params.live, params.tenant];",
      ),
      code("const limit: boolean = params.limit;\nconst tenant: number = params.tenant;"),
    ]);
    expect(failure).toMatchObject({
      cellIndex: 2,
      message: `line 1, column 7: Type 'number' is not assignable to type 'boolean'.
line 2, column 7: Type 'string' is not assignable to type 'number'.`,
    });
  });

  it.each([
    ["a misspelled name", { limt: "7" }, "This notebook has no parameter limt. It takes: stripe, limit, live, tenant."],
    ["a wrong type", { limit: "many" }, 'The parameter limit must be a number, not "many".'],
  ])("fail the parameters cell for %s", async (_, parameters, message) => {
    const { status, failure } = await run([PARAMETERS, code("params")], { parameters: parameters as never });
    expect(status).toBe("failed");
    expect(failure).toEqual({ cellIndex: 0, source: PARAMETERS.source, message });
  });

  it("fail the parameters cell when it does not ask for them", async () => {
    const { failure } = await run([code("const limit = 1;", "parameters"), code("limit")], {
      parameters: { limit: "7" },
    });
    expect(failure?.cellIndex).toBe(0);
    expect(failure?.message).toContain("does not call readParameters, so limit would have no effect");
  });
});

describe("a cell that fails", () => {
  it.each([
    ["throws", "throw new RangeError('boom');", "RangeError: boom"],
    [
      "throws in the project's code",
      'import { formatNotebook } from "./src/notebook/write-notebook";\nformatNotebook(null);',
      `TypeError: Cannot read properties of null (reading 'cells')\n    in formatNotebook (src/notebook/write-notebook.ts, line ${lineOf("notebook.cells.map")})`,
    ],
    [
      "throws an error of ours",
      'import { ReconError } from "./src/recon-error";\nthrow new ReconError("bad", "line 3 has no id", { cause: new Error("x") });',
      "line 3 has no id",
    ],
    [
      "does not compile",
      "const n: number = 1;\nconst a: string = n;",
      "line 2, column 7: Type 'number' is not assignable to type 'string'.",
    ],
    [
      "imports what is not there",
      'import { x } from "./src/nothing";',
      "line 1, column 19: Cannot find module './src/nothing' or its corresponding type declarations.",
    ],
    ["awaits a rejected promise", "await Promise.reject(new Error('boom'));", "Error: boom"],
    ["leaves a rejected promise that nobody awaits", "Promise.reject(new Error('boom'));\nundefined", "Error: boom"],
    [
      "leaves a promise that is rejected during the cell",
      "(async () => { throw new Error('boom'); })();\nawait new Promise(() => {});",
      "Error: boom",
    ],
    [
      "throws in a timer after its reply",
      "setTimeout(() => { throw new Error('boom'); }, 0);\nundefined",
      "Error: boom",
    ],
    [
      "emits an error nobody listens to",
      'import { EventEmitter } from "node:events";\nsetImmediate(() => new EventEmitter().emit("error", new Error("boom")));\nundefined',
      "Error: boom",
    ],
    [
      "ends the process",
      "process.exit(0);",
      "CellEnded: The cell ended its process with exit code 0, as process.exit() does.",
    ],
    [
      "is killed",
      'process.kill(process.pid, "SIGKILL");\nawait new Promise(() => {});',
      "OutOfMemory: The cell's process was killed (SIGKILL), most likely because the machine ran out of memory.",
    ],
  ])("%s: the run stops there and says why", async (_, source, message) => {
    const events: string[] = [];
    const cells = [markdown("# Title"), code("const a = 1"), code(source), code("console.log('must not run')")];
    const { status, failure, executed, path } = await run(cells, {
      onProgress: (event) => event.kind === "cell-done" && events.push(`${event.cell} ${event.status}`),
    });
    expect(status).toBe("failed");
    expect(failure).toEqual({ cellIndex: 2, source, message });
    expect(events).toEqual(["1 completed", "2 failed"]);
    expect(executed.metadata.papermill).toMatchObject({ exception: true });
    const [, before, bad, after] = executed.cells;
    expect(before).toMatchObject({ execution_count: 1, metadata: { papermill: { status: "completed" } } });
    expect(bad).toMatchObject({ metadata: { papermill: { status: "failed", exception: true } } });
    if (/throw new RangeError/.test(source)) expect(bad).toMatchObject({ execution_count: 2 });
    expect(outputsOf(executed, 2)).toEqual([
      expect.objectContaining({ output_type: "error", traceback: message.split("\n") }),
    ]);
    const pending = { status: "pending", exception: null, start_time: null, end_time: null, duration: null };
    expect(after).toMatchObject({ execution_count: null, outputs: [], metadata: { papermill: pending } });
    expect(readNotebook(path)).toEqual(executed);
  });

  it("runs out of memory", async () => {
    vi.stubEnv("NODE_OPTIONS", "--max-old-space-size=350");
    const { failure } = await run(
      [code("const kept: number[][] = [];\nwhile (true) kept.push(new Array(100_000).fill(kept.length + 0.5));")],
      { process: startNotebookProcess() },
    );
    vi.unstubAllEnvs();
    expect(failure?.message).toBe("OutOfMemory: The cell ran out of memory: it filled the heap of JavaScript.");
  });

  it("takes too long: what it printed before is kept", async () => {
    const source = "for (let i = 1; i <= 20; i += 1) console.log('step', i);\nwhile (true) {}";
    const { failure, executed } = await run([code(source)], { cellTimeoutSeconds: 2 });
    expect(failure).toEqual({
      cellIndex: 0,
      source,
      message: "CellTimeout: The cell ran longer than 2 seconds and was stopped.",
    });
    expect(printed(executed, 0)).toContain("step 20\n");
  });

  it("is named although the error comes while a later cell runs", async () => {
    const source = "setTimeout(() => { throw new Error('late'); }, 60);\nundefined";
    const events: string[] = [];
    const { failure, executed } = await run(
      [code(source), code("await new Promise((resolve) => setTimeout(resolve, 5000));"), code("1")],
      { onProgress: (event) => "status" in event && events.push(`${event.cell} ${event.status}`) },
    );
    expect(failure).toEqual({ cellIndex: 0, source, message: "Error: late" });
    expect(events).toEqual(["0 completed", "0 failed"]);
    expect(executed.cells.map((cell) => (cell.metadata.papermill as { status: string }).status)).toEqual([
      "failed",
      "pending",
      "pending",
    ]);
  });

  it.each([
    ["throws", "setTimeout(() => { throw new Error('late'); }, 150);\nundefined", "Error: late"],
    [
      "exits",
      "setTimeout(() => process.exit(3), 150);\nundefined",
      "CellEnded: The cell ended its process with exit code 3, as process.exit() does.",
    ],
  ])("%s after the last cell replied", async (_, source, message) => {
    const { failure } = await run([code("1"), code(source)]);
    expect(failure).toEqual({ cellIndex: 1, source, message });
  });
});

describe("an abort", () => {
  const isAlive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      // A killed process that its parent has not collected yet is no longer alive.
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    } catch {
      return false;
    }
  };

  it("kills the process and what it started, and writes nothing", async () => {
    const controller = new AbortController();
    const outDir = join(newFolder(), "out");
    const pids: number[] = [];
    const source = `import { spawn } from "node:child_process";
console.log(process.pid + " " + spawn("sleep", ["60"]).pid);
while (true) {}`;
    const running = run([code(source)], {
      outDir,
      signal: controller.signal,
      onProgress: (event) => {
        if (event.kind !== "output" || event.output.output_type !== "stream") return;
        pids.push(...event.output.text.trim().split(" ").map(Number));
        controller.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: "aborted", exitCode: 130 });
    expect(pids).toHaveLength(2);
    await delay(100);
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(existsSync(outDir)).toBe(false);
  });

  it.each([
    ["before the start", 0],
    ["while the kernel starts", 50],
  ])("%s works too", async (_, milliseconds) => {
    const controller = new AbortController();
    if (milliseconds === 0) controller.abort();
    else setTimeout(() => controller.abort(), milliseconds);
    const outDir = join(newFolder(), "out");
    const running = run([code("1")], { outDir, signal: controller.signal, process: startNotebookProcess() });
    await expect(running).rejects.toMatchObject({ code: "aborted" });
    expect(existsSync(outDir)).toBe(false);
  });
});

describe("what cannot be run", () => {
  const plain = notebookOf(code("1"));
  const python = { ...plain, metadata: { kernelspec: { name: "python3", language: "python" } } };
  const notJson = join(newFolder(), "export.csv");
  writeFileSync(notJson, "id,status\n");

  it.each<[string, string, Partial<RunRequest>]>([
    ["a missing file", "notebook_unreadable", { notebook: "/nowhere/a.ipynb" }],
    ["another file", "not_a_notebook", { notebook: notJson }],
    ["a notebook of another language", "not_typescript", { notebook: saved(python) }],
    ["parameters no cell asks for", "unknown_parameter", { parameters: { limit: "1" } }],
    [
      "a Stripe key",
      "secret_parameter",
      { notebook: saved(notebookOf(PARAMETERS)), parameters: { stripe: "sk_live_1a" } },
    ],
    [
      "a URL with a password",
      "secret_parameter",
      { notebook: saved(notebookOf(PARAMETERS)), parameters: { stripe: "postgres://app:pw@db/billing" } },
    ],
  ])("is refused before it starts: %s", async (_, reason, request) => {
    const outDir = newFolder();
    const running = runNotebook({ notebook: saved(plain), parameters: {}, outDir, ...request });
    await expect(running).rejects.toMatchObject({ name: "ReconError", code: reason, exitCode: 2 });
    expect(readdirSync(outDir)).toEqual([]);
  });

  it("is refused when the result would replace the notebook, by another name of its folder", async () => {
    const notebook = saved(plain);
    const outDir = join(newFolder(), "link");
    symlinkSync(dirname(notebook), outDir);
    const running = runNotebook({ notebook, parameters: {}, outDir });
    await expect(running).rejects.toMatchObject({ code: "output_is_input" });
  });
});

describe("from a terminal", () => {
  it("runs under tsx in any folder", () => {
    const folder = newFolder();
    const script = join(folder, "run.ts");
    writeFileSync(
      script,
      `import { runNotebook } from ${JSON.stringify(join(ROOT, "src/notebook/run-notebook"))};
runNotebook({ notebook: process.argv[2] as string, parameters: {}, outDir: "out" }).then((run) => console.log(run.status, run.path));`,
    );
    const tsx = join(ROOT, "node_modules", "tsx", "dist", "cli.mjs");
    const said = execFileSync(process.execPath, [tsx, script, saved(notebookOf(code("1 + 1")))], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: "", TMPDIR: tmpdir() },
      encoding: "utf8",
    });
    expect(said).toBe(`ok ${join("out", "sample.ipynb")}\n`);
    expect(printed(readNotebook(join(folder, "out", "sample.ipynb")), 0)).toBe("2\n");
  });
});

describe("a notebook that another one follows in the same process", () => {
  const process = startNotebookProcess();
  afterAll(() => process.kill());

  it("leaves nothing that it declared, and cells are counted from 1 again", async () => {
    const first = await run([code("const secret = 1;\nsecret")], { process, isFollowed: true });
    expect(first.status).toBe("ok");
    const second = await run([code("const other = 2;\nother"), code("secret")], { process, isFollowed: true });
    expect(second.failure).toMatchObject({ cellIndex: 1, message: expect.stringContaining("'secret'") });
    expect(second.executed.cells[0]).toMatchObject({ execution_count: 1, outputs: [{ text: "2\n" }] });
  });

  it("fails by what its cells left behind", async () => {
    const own = startNotebookProcess();
    const late = code("setTimeout(() => { throw new Error('too late'); }, 20);");
    const { failure } = await run([late], { process: own, isFollowed: true });
    own.kill();
    expect(failure).toMatchObject({ cellIndex: 0, message: expect.stringContaining("too late") });
  });
});
