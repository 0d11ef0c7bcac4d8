import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

const ROOT = join(__dirname, "..", "..");

/** What the terminal answered. */
export interface Answer {
  /** The exit code, or the signal it died of. */
  readonly status: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** How a run differs from a plain one. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Called once the process is there, to stop it. */
  readonly whileRunning?: (child: ChildProcess) => void;
}

let running = 0;
const waiting: (() => void)[] = [];

/** Runs the real command as `npm run recon` does, two at once at most. */
export async function runRecon(args: readonly string[], options: RunOptions = {}): Promise<Answer> {
  if (running >= 2) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await run(args, options);
  } finally {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }
}

function run(args: readonly string[], { env = {}, whileRunning }: RunOptions): Promise<Answer> {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(process.execPath, [join("src", "recon.cjs"), ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout?.on("data", (text) => {
      stdout += text;
    });
    child.stderr?.on("data", (text) => {
      stderr += text;
    });
    child.on("close", (code, signal) =>
      resolve({ status: code ?? signal, stdout, stderr, seconds: (Date.now() - started) / 1000 }),
    );
    whileRunning?.(child);
  });
}

/** A folder for the files of one test file, and a way to write them. */
export interface Folder {
  readonly path: string;
  /** A path inside that nothing stands at yet. */
  readonly free: (name: string) => string;
  readonly write: (name: string, content: string | Uint8Array) => string;
  readonly remove: () => void;
}

/** Makes a temporary folder. */
export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "recon-cli-"));
  let count = 0;
  const free = (name: string): string => join(path, `${count++}-${name}`);
  return {
    path,
    free,
    write: (name, content) => {
      const file = free(name);
      writeFileSync(file, content);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/**
 * The one message of a run that went wrong, after checking what every such message has to be: one paragraph that begins with
 * `recon:`, without a stack and without the traces of a value that was not there.
 */
export function theMessage({ stderr, stdout, seconds }: Answer): string {
  const all = stderr + stdout;
  expect(all).not.toMatch(/^\s+at .*[:(]/m);
  expect(all).not.toMatch(/undefined|(?<!\/dev\/)\bnull\b|\bNaN\b|\[object |unexpected:/);
  expect(seconds).toBeLessThan(30);
  const messages = stderr.match(/^recon: .*$/gm) ?? [];
  expect(messages, stderr).toHaveLength(1);
  expect(stderr.trimEnd().endsWith(messages[0] ?? "?"), "the message comes last").toBe(true);
  return messages[0] ?? "";
}
