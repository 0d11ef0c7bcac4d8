import { statSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Side } from "../../subscription";
import { compile } from "./compile";
import { type ScannedSide, scanSide } from "./scan-side";
import type { ScannerModule } from "./scanner";
import type { SidePlan } from "./side-plan";

/** Below so many bytes of both exports together, a thread costs more than it brings. */
const WORTH_A_THREAD = 16_777_216;

/** What the thread is given to scan a side. */
export interface ScanTask {
  readonly module: ScannerModule;
  readonly plan: SidePlan;
}

/** Scans both exports, Stripe's on a thread of its own when that is worth it. */
export class SideScanner {
  readonly #worker: Promise<Worker | null>;

  /** Starts the thread for exports of some size, so that it is ready when it is known how to read them. */
  constructor(paths: readonly string[]) {
    const bytes = paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
    this.#worker = bytes < WORTH_A_THREAD ? Promise.resolve(null) : startWorker().catch(() => null);
  }

  /** Scans both sides; null when one of them has to be read by the engine. */
  async scan(
    module: ScannerModule,
    plans: Readonly<Record<Side, SidePlan>>,
  ): Promise<Readonly<Record<Side, ScannedSide>> | null> {
    const worker = await this.#worker;
    const task = { module, plan: plans.stripe };
    const [stripe, database] = await Promise.all([
      worker === null ? scanSide(module, plans.stripe) : scanInThread(worker, task),
      scanSide(module, plans.database),
    ]);
    return stripe === null || database === null ? null : { stripe, database };
  }

  /** Ends the thread, whatever it does. */
  async close(): Promise<void> {
    await (await this.#worker)?.terminate();
  }
}

/** A thread starts from JavaScript in one piece, whatever this process itself was started from. */
async function startWorker(): Promise<Worker> {
  const program = await compile(join(__dirname, "screen-worker.ts"));
  return new Worker(program, { eval: true, execArgv: [] }).on("error", () => undefined);
}

function scanInThread(worker: Worker, task: ScanTask): Promise<ScannedSide | null> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the thread that read ${task.plan.path} ended with ${code}`)));
    worker.postMessage(task);
  });
}
