import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { installKernel, jupyterDataDir, kernelSpec, listKernels, removeKernel } from "../../src/notebook/kernel-spec";
import { newFolder } from "./notebook-fixture";

const LAUNCHER = join(__dirname, "..", "..", "src", "notebook", "launch-kernel.cjs");

afterEach(() => vi.unstubAllEnvs());

describe("kernelSpec", () => {
  it("starts a launcher that is there, with this Node", () => {
    const { argv, display_name, language } = kernelSpec();
    expect(argv).toEqual([process.execPath, LAUNCHER, "--connection-file", "{connection_file}"]);
    expect(existsSync(LAUNCHER)).toBe(true);
    expect([display_name, language]).toEqual(["TypeScript (subscription reconciliation)", "typescript"]);
  });
});

describe("jupyterDataDir", () => {
  it.each([
    ["Linux", "linux", {}, "/home/ann/.local/share/jupyter"],
    ["Linux with XDG_DATA_HOME", "linux", { XDG_DATA_HOME: "/data" }, "/data/jupyter"],
    ["macOS", "darwin", {}, "/home/ann/Library/Jupyter"],
    ["Windows", "win32", { APPDATA: "/roaming" }, "/roaming/jupyter"],
    ["Windows without APPDATA", "win32", {}, "/home/ann/.jupyter/data"],
    ["any system with JUPYTER_DATA_DIR", "darwin", { JUPYTER_DATA_DIR: "/own" }, "/own"],
  ] as const)("is on %s where Jupyter looks", (_, platform, env, expected) => {
    expect(jupyterDataDir(env, platform, "/home/ann")).toBe(expected);
  });
});

describe("the installed kernel", () => {
  it("is found by the name that notebooks ask for", () => {
    const dir = newFolder();
    const installed = installKernel({ dir });
    expect(installed).toEqual({
      name: "recon-ts",
      dir: join(dir, "kernels", "recon-ts"),
      launcher: LAUNCHER,
      works: true,
    });
    expect(JSON.parse(readFileSync(join(installed.dir, "kernel.json"), "utf8"))).toEqual(kernelSpec());
    expect(listKernels({ dir })).toEqual([installed]);
    expect(readdirSync(installed.dir)).toEqual(["kernel.json"]);
  });

  it("goes to the user's folder by itself", () => {
    const dir = newFolder();
    vi.stubEnv("JUPYTER_DATA_DIR", dir);
    installKernel();
    expect(existsSync(join(dir, "kernels", "recon-ts", "kernel.json"))).toBe(true);
    expect(listKernels()).toHaveLength(1);
    expect(removeKernel()).toBe(true);
  });

  it("replaces one whose checkout is gone, which is listed as not working", () => {
    const dir = newFolder();
    const old = join(dir, "kernels", "recon-ts");
    mkdirSync(old, { recursive: true });
    writeFileSync(join(old, "kernel.json"), JSON.stringify({ argv: [process.execPath, "/gone/launch-kernel.cjs"] }));
    expect(listKernels({ dir })).toEqual([
      { name: "recon-ts", dir: old, launcher: "/gone/launch-kernel.cjs", works: false },
    ]);
    installKernel({ dir });
    expect(listKernels({ dir })).toEqual([{ name: "recon-ts", dir: old, launcher: LAUNCHER, works: true }]);
  });

  it("is removed without touching other kernels", () => {
    const dir = newFolder();
    const other = join(dir, "kernels", "python3");
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, "kernel.json"), JSON.stringify({ argv: ["python3", "-m", "ipykernel_launcher"] }));
    mkdirSync(join(dir, "kernels", "empty"));
    installKernel({ dir });
    expect(removeKernel({ dir })).toBe(true);
    expect(removeKernel({ dir })).toBe(false);
    expect(listKernels({ dir })).toEqual([]);
    expect(existsSync(other)).toBe(true);
  });

  it("has nothing to list where Jupyter never was", () => {
    expect(listKernels({ dir: join(newFolder(), "none") })).toEqual([]);
  });

  it("says when it cannot be written", () => {
    const dir = join(newFolder(), "file");
    writeFileSync(dir, "");
    expect(() => installKernel({ dir })).toThrow(expect.objectContaining({ code: "kernel_not_installed" }));
  });
});
