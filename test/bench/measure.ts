import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";

/** The folder that holds package.json, where measured commands run. */
export const PROJECT = join(__dirname, "..", "..");

/** One run of a command in a process of its own, from its start to its end. */
export interface Measured {
  /** Of the clock on the wall. */
  readonly seconds: number;
  /** Of all cores, user and system, in every Node process of the command that ended by itself. */
  readonly cpuSeconds: number;
  /** Resident memory of the largest process, in MB of 1,048,576 bytes. */
  readonly peakMegabytes: number;
  /** Load average of the last minute, before the run. */
  readonly loadBefore: number;
  /** What other processes had of the machine's cores meanwhile, 0 to 1. */
  readonly othersShare: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a run differs from a plain one. */
export interface MeasureOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** The exit code a good run ends with; 0 when not given. */
  readonly status?: number;
}

/**
 * Runs a command and measures it.
 *
 * @throws Error with what the command said, when it ends otherwise than it should
 */
export function measure(command: readonly string[], { env = {}, status = 0 }: MeasureOptions = {}): Measured {
  const [program = process.execPath, ...args] = command;
  const folder = mkdtempSync(join(tmpdir(), "recon-bench-"));
  try {
    const [loadBefore = 0] = loadavg();
    const busyBefore = busySeconds();
    const started = performance.now();
    const run = spawnSync(program, args, {
      cwd: PROJECT,
      env: {
        ...process.env,
        NODE_OPTIONS: `--require "${join(__dirname, "report-usage.cjs")}"`,
        RECON_USAGE_FOLDER: folder,
        ...env,
      },
      encoding: "utf8",
    });
    const seconds = (performance.now() - started) / 1000;
    const busy = busySeconds() - busyBefore;
    if (run.status !== status)
      throw new Error(
        `${command.join(" ")}\nended with ${run.status ?? run.signal} and not with ${status}: ${run.error?.message ?? run.stderr}`,
      );
    const usages = readdirSync(folder).map(
      (name): Usage => JSON.parse(readFileSync(join(folder, name), "utf8")) as Usage,
    );
    const cpuSeconds = usages.reduce((sum, usage) => sum + usage.cpuSeconds, 0);
    return {
      seconds,
      cpuSeconds,
      peakMegabytes: Math.max(...usages.map((usage) => usage.peakKilobytes)) / 1024,
      loadBefore,
      othersShare: Math.max(0, busy - cpuSeconds) / (seconds * cpus().length),
      stdout: run.stdout,
      stderr: run.stderr,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What report-usage.cjs writes for each process. */
interface Usage {
  readonly cpuSeconds: number;
  readonly peakKilobytes: number;
}

/** Seconds that all cores of the machine have worked since it was started, for whomever. */
function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) / 1000, 0);
}
