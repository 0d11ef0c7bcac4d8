import { spawn } from "node:child_process";
import { ReconError } from "../recon-error";

/** What the command of a hook is not given. */
const SECRETS = ["STRIPE_API_KEY", "DATABASE_URL", "PGPASSWORD", "RECON_NOTIFY_SECRET", "RECON_NOTIFY_URL"];

/**
 * Runs a command of the shell with a body on its standard input, once: what it did before it failed is not known.
 *
 * @param timeout - in milliseconds; after it the command and all it started are killed
 * @throws ReconError when it cannot be run, fails or takes too long
 */
export function runHook(command: string, body: string, timeout: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SECRETS.includes(name)));
    const child = spawn(command, {
      shell: true,
      env,
      stdio: ["pipe", "ignore", "inherit"],
      detached: process.platform !== "win32",
    });
    const fail = (why: string): void => reject(new ReconError("hook_failed", `The command of the hook ${why}.`));
    const timer = setTimeout(() => {
      fail(`took longer than ${timeout / 1000} s and was killed`);
      try {
        process.kill(-(child.pid as number), "SIGKILL");
      } catch {
        child.kill("SIGKILL");
      }
    }, timeout);
    child.on("error", ({ message }) => {
      clearTimeout(timer);
      fail(`could not be run: ${message}`);
    });
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else fail(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`);
    });
    // A command need not read what it is given.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(body);
  });
}
