import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ReconError } from "../recon-error";

/**
 * The name notebooks ask for in their metadata.
 *
 * It is the same in every checkout, so that a notebook opens with its kernel wherever it was cloned to. Several checkouts
 * on one machine share the installed kernel: it runs in the checkout the notebook lies in (see launch-kernel.cjs).
 */
export const KERNEL_NAME = "recon-ts";

const LAUNCHER = "launch-kernel.cjs";

/** A kernelspec as Jupyter reads it. Source: https://jupyter-client.readthedocs.io/en/latest/kernels.html#kernel-specs */
export interface KernelSpec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode: "signal";
  readonly metadata: { readonly debugger: false };
}

/** A kernel of this product that a front end finds. */
export interface InstalledKernel {
  readonly name: string;
  /** Folder of its kernel.json. */
  readonly dir: string;
  /** What it starts. */
  readonly launcher: string;
  /** False when the checkout it was installed from, or its Node, is gone: install it again. */
  readonly works: boolean;
}

/** Where to install: a Jupyter data folder, the user's own when not given. */
export interface KernelPlace {
  readonly dir?: string;
}

/** The kernelspec of this checkout, started with the Node that runs now. */
export function kernelSpec(): KernelSpec {
  return {
    argv: [process.execPath, join(__dirname, LAUNCHER), "--connection-file", "{connection_file}"],
    display_name: "TypeScript (subscription reconciliation)",
    language: "typescript",
    interrupt_mode: "signal",
    metadata: { debugger: false },
  };
}

/**
 * The folder in which Jupyter looks for a user's kernels, whether or not Jupyter is installed.
 * Source: https://docs.jupyter.org/en/latest/use/jupyter-directories.html#data-files
 */
export function jupyterDataDir(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): string {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  if (platform === "darwin") return join(home, "Library", "Jupyter");
  if (platform === "win32") return env.APPDATA ? join(env.APPDATA, "jupyter") : join(home, ".jupyter", "data");
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "jupyter");
}

/**
 * Installs the kernel, or replaces it, so that JupyterLab and VS Code offer it. Needs no Python.
 *
 * @throws ReconError `kernel_not_installed` when the folder cannot be written
 */
export function installKernel(place: KernelPlace = {}): InstalledKernel {
  const dir = join(kernelsDir(place), KERNEL_NAME);
  const file = join(dir, "kernel.json");
  const partial = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dir, { recursive: true });
    writeFileSync(partial, `${JSON.stringify(kernelSpec(), null, 1)}\n`);
    renameSync(partial, file);
  } catch (cause) {
    throw new ReconError("kernel_not_installed", `Cannot install the kernel in ${dir}: ${String(cause)}.`, { cause });
  }
  return { name: KERNEL_NAME, dir, launcher: join(__dirname, LAUNCHER), works: true };
}

/** The kernels of this product, from this and other checkouts. */
export function listKernels(place: KernelPlace = {}): readonly InstalledKernel[] {
  const kernels = kernelsDir(place);
  if (!existsSync(kernels)) return [];
  return readdirSync(kernels).flatMap((name) => {
    const dir = join(kernels, name);
    const argv = readArgv(join(dir, "kernel.json"));
    const launcher = argv.find((word) => word.endsWith(LAUNCHER));
    if (launcher === undefined) return [];
    return [{ name, dir, launcher, works: existsSync(launcher) && existsSync(argv[0] ?? "") }];
  });
}

/** Removes the kernel; false when there was none. */
export function removeKernel(place: KernelPlace = {}): boolean {
  const installed = listKernels(place).find((kernel) => kernel.name === KERNEL_NAME);
  if (installed === undefined) return false;
  rmSync(installed.dir, { recursive: true });
  return true;
}

function kernelsDir(place: KernelPlace): string {
  return join(place.dir ?? jupyterDataDir(process.env, process.platform, homedir()), "kernels");
}

function readArgv(file: string): readonly string[] {
  try {
    const spec = JSON.parse(readFileSync(file, "utf8")) as { readonly argv?: unknown };
    return Array.isArray(spec.argv) ? spec.argv.filter((word) => typeof word === "string") : [];
  } catch {
    return [];
  }
}
