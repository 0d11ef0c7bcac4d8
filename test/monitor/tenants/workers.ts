import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..", "..");

/** A `recon worker` in a process of its own. */
export interface WorkerProcess {
  readonly process: ChildProcess;
  /** What it has said so far. */
  readonly said: () => string;
  /** Kills it as `kill -9` does, and waits for its end. */
  kill(): Promise<void>;
  /** Asks it to end, and gives its exit code. */
  stop(): Promise<number | null>;
}

/** Starts a worker with the sides and the queue of `env`. */
export function startWorker(env: Readonly<Record<string, string>>): WorkerProcess {
  const child = spawn(process.execPath, [join("src", "recon.cjs"), "worker"], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr?.on("data", (text) => {
    said += text;
  });
  const ended = once(child, "exit");
  // Also when the test is over before it stopped its workers.
  process.once("exit", () => child.kill("SIGKILL"));
  return {
    process: child,
    said: () => said,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
      return child.exitCode;
    },
  };
}
