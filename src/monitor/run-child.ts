import { spawn } from "node:child_process";

/** What another process is started with. */
export interface ChildRequest {
  /** Arguments of `recon`. */
  readonly args: readonly string[];
  /** Beside the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Asks the process to end. */
  readonly signal: AbortSignal;
}

/** How long a process that was asked to end may take, in milliseconds. */
const PATIENCE = 20_000;

/**
 * Runs `recon` in a process of its own, so that neither its memory nor a crash is ours, and waits for its end. What it says on stderr
 * is said here; its stdout is nobody's.
 *
 * @returns how it ended, in words, such as `with exit code 1` or `by SIGKILL`
 */
export function runChild({ args, env, signal }: ChildRequest): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? "", ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "inherit"],
    });
    let timer: NodeJS.Timeout | undefined;
    const kill = (): void => void child.kill("SIGKILL");
    const stop = (): void => {
      child.kill("SIGTERM");
      timer = setTimeout(kill, PATIENCE);
    };
    const finish = (how: string): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      process.off("exit", kill);
      resolve(how);
    };
    process.once("exit", kill);
    child.on("error", ({ message }) => finish(`before it began: ${message}`));
    child.on("exit", (code, by) => finish(by === null ? `with exit code ${code}` : `by ${by}`));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
