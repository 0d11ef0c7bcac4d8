import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { kernelSpec } from "../../src/notebook/kernel-spec";
import { type Exchange, type KernelClient, startKernel } from "./kernel-client";
import { newFolder } from "./notebook-fixture";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const ROOT = join(__dirname, "..", "..");

async function execute(kernel: KernelClient, code: string): Promise<Exchange> {
  return kernel.request("execute_request", { code, silent: false, store_history: true, stop_on_error: true });
}

function printed({ published }: Exchange): string {
  return published.map(({ type, content }) => (type === "stream" ? content.text : "")).join("");
}

describe("the kernel, started by its kernelspec in a notebook's folder", () => {
  let kernel: KernelClient;
  beforeAll(async () => {
    kernel = await startKernel(kernelSpec().argv, join(ROOT, "test", "notebook"));
  });
  afterAll(() => kernel.close());

  it("tells that it speaks TypeScript", async () => {
    const { reply } = await kernel.request("kernel_info_request", {});
    expect(reply).toMatchObject({ implementation: "tslab", language_info: { name: "typescript" } });
  });

  it("runs a cell that imports the project", async () => {
    const exchange = await execute(
      kernel,
      'import { ReconError } from "./src/recon-error";\nnew ReconError("a", "b").exitCode',
    );
    expect(exchange.reply).toEqual({ status: "ok", execution_count: 1 });
    expect(printed(exchange)).toBe("2\n");
  });

  it("gives the defaults of parameters, as no runner is there", async () => {
    const code = 'import { readParameters } from "./src/notebook/read-parameters";\nreadParameters({ limit: 3 }).limit';
    expect(printed(await execute(kernel, code))).toBe("3\n");
  });

  it("displays and updates", async () => {
    const code = 'import { newDisplay } from "tslab";\nconst d = newDisplay();\nd.text("1 %");\nd.html("<b>2 %</b>");';
    const { published } = await execute(kernel, code);
    expect(published.map(({ type, content }) => [type, content.data])).toEqual([
      ["display_data", { "text/plain": "1 %" }],
      ["update_display_data", { "text/html": "<b>2 %</b>" }],
    ]);
  });

  it.each([
    [
      "throws",
      "throw new RangeError('boom');",
      { ename: "RangeError", evalue: "boom", traceback: ["RangeError: boom"] },
    ],
    [
      "does not compile",
      "const a: string = 1;",
      {
        ename: "CompileError",
        evalue: "line 1, column 7: Type 'number' is not assignable to type 'string'.",
        traceback: ["line 1, column 7: Type 'number' is not assignable to type 'string'."],
      },
    ],
  ])("reports a cell that %s as an error, and not as text on stderr", async (_, code, error) => {
    await delay(300);
    const { reply, published } = await execute(kernel, code);
    expect(reply).toMatchObject({ status: "error", execution_count: expect.any(Number), ...error });
    expect(published.map(({ type, content }) => [type, content])).toEqual([["error", error]]);
  });

  it("skips the cells queued behind an error", async () => {
    await delay(300);
    await execute(kernel, "throw new Error('boom')");
    const { reply } = await execute(kernel, "console.log('must not run')");
    expect(reply).toEqual({ status: "aborted" });
  });

  it("prints an error that nobody caught, and goes on", async () => {
    await delay(300);
    const exchange = await execute(
      kernel,
      "Promise.reject(new Error('lost'));\nawait new Promise((resolve) => setTimeout(resolve, 50));",
    );
    expect(printed(exchange)).toBe("Nobody caught this error:\nError: lost\n");
    expect((await execute(kernel, "1 + 1")).reply).toMatchObject({ status: "ok" });
  });

  it("interrupts a cell", async () => {
    const waiting = execute(kernel, "await new Promise(() => {});");
    const again = setInterval(() => kernel.process.kill("SIGINT"), 200);
    const { reply } = await waiting;
    clearInterval(again);
    expect(reply).toMatchObject({ status: "error" });
  });

  it("ends when it is told to", async () => {
    const ended = new Promise((resolve) => kernel.process.once("exit", resolve));
    await kernel.request("shutdown_request", { restart: false });
    expect(await ended).toBe(0);
  });
});

/** A folder that looks like a checkout of the project. */
function newCheckout(): string {
  const checkout = join(newFolder(), "clone");
  mkdirSync(join(checkout, "notebooks"), { recursive: true });
  mkdirSync(join(checkout, "src"));
  writeFileSync(join(checkout, "package.json"), '{"name":"subscription-reconciliation-notebooks"}');
  symlinkSync(join(ROOT, "node_modules"), join(checkout, "node_modules"));
  return checkout;
}

describe("the folder a kernel runs in", () => {
  it.each([
    ["is the checkout the notebook lies in", "notebooks", (checkout: string) => checkout],
    ["is its own checkout for a notebook elsewhere", "..", () => ROOT],
  ])("%s", async (_, folder, expected) => {
    const checkout = newCheckout();
    const kernel = await startKernel(kernelSpec().argv, join(checkout, folder));
    const exchange = await execute(kernel, "process.cwd()");
    kernel.close();
    expect(printed(exchange)).toBe(`${expected(checkout)}\n`);
  });
});

describe("a source file changed while the kernel runs", () => {
  it("is fresh in the next import, in code and in types, also behind a file that did not change", async () => {
    const checkout = newCheckout();
    const leaf = join(checkout, "src", "leaf.ts");
    writeFileSync(leaf, "export const limit = 1;\n");
    writeFileSync(join(checkout, "src", "index.ts"), 'export { limit } from "./leaf";\n');
    const kernel = await startKernel(kernelSpec().argv, join(checkout, "notebooks"));
    const code = 'import { limit } from "./src/index";\nconsole.log(limit);';
    const first = await execute(kernel, code);
    const again = await execute(kernel, code);
    await delay(50);
    writeFileSync(leaf, 'export const limit = "all";\n');
    await delay(1000);
    const changed = await execute(kernel, code);
    const typed = await execute(kernel, 'import { limit as l } from "./src/index";\nconst text: string = l;');
    kernel.close();
    expect([first, again, changed].map(printed)).toEqual(["1\n", "1\n", "all\n"]);
    expect(typed.reply).toMatchObject({ status: "ok" });
  });
});

describe("a kernel of its own checkout", () => {
  const checkout = newFolder();
  const leaf = join(checkout, "src", "leaf.ts");
  const code = 'import { limit } from "./src/index";\nconsole.log(limit);';
  const isCompiled = '"createConverter" in require("tslab/dist/converter")';
  const [node = "", , ...rest] = kernelSpec().argv;
  const argv = [node, join(checkout, "src", "notebook", "launch-kernel.cjs"), ...rest];
  beforeAll(() => {
    for (const folder of ["compiled", "notebook", "report"])
      cpSync(join(ROOT, "src", folder), join(checkout, "src", folder), { recursive: true });
    cpSync(join(ROOT, "package.json"), join(checkout, "package.json"));
    cpSync(join(ROOT, "package-lock.json"), join(checkout, "package-lock.json"));
    symlinkSync(join(ROOT, "node_modules"), join(checkout, "node_modules"));
    writeFileSync(leaf, "export const limit = 1;\n");
    writeFileSync(join(checkout, "src", "index.ts"), 'export { limit } from "./leaf";\n');
  });

  it("runs a cell that was run before without the compiler, and opens it when nothing runs", async () => {
    const first = await startKernel(argv, checkout);
    expect(printed(await execute(first, code))).toBe("1\n");
    expect(printed(await execute(first, isCompiled))).toBe("true\n");
    first.close();
    const second = await startKernel(argv, checkout);
    expect(printed(await execute(second, code))).toBe("1\n");
    expect(printed(await execute(second, isCompiled))).toBe("false\n");
    await delay(3000);
    expect(printed(await execute(second, isCompiled))).toBe("true\n");
    const { reply } = await second.request("complete_request", { code: "lim", cursor_pos: 3 });
    second.close();
    expect(reply).toMatchObject({ matches: expect.arrayContaining(["limit"]) });
  });

  it("sees a source file that changed, in code and in types", async () => {
    const kernel = await startKernel(argv, checkout);
    const first = await execute(kernel, code);
    writeFileSync(leaf, 'export const limit = "all";\n');
    const changed = await execute(kernel, code);
    const typed = await execute(kernel, 'import { limit as l } from "./src/index";\nconst text: string = l;');
    kernel.close();
    expect([first, changed].map(printed)).toEqual(["1\n", "all\n"]);
    expect(typed.reply).toMatchObject({ status: "ok" });
  });
});

describe("a kernel that cannot start", () => {
  it("ends instead of staying silent when a port is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { readonly port: number };
    const ports = { shell_port: port, iopub_port: port, stdin_port: port, control_port: port, hb_port: port };
    const file = join(newFolder(), "connection.json");
    writeFileSync(file, JSON.stringify({ ...ports, ip: "127.0.0.1", transport: "tcp", key: "k" }));
    const [node, ...args] = kernelSpec().argv.map((word) => word.replace("{connection_file}", file));
    const { status, stderr } = spawnSync(node as string, args, { encoding: "utf8", timeout: 30_000 });
    server.close();
    expect(status).toBe(1);
    expect(stderr).toContain(`The kernel cannot listen on the ports of ${file}`);
  });

  it("says how it is started", () => {
    const [node, launcher] = kernelSpec().argv as [string, string];
    const { status, stderr } = spawnSync(node, [launcher], { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toBe("Usage: node launch-kernel.cjs --connection-file FILE\n");
  });
});
