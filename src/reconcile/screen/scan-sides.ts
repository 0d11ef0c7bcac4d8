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
  readonly #thread: Promise<Thread | null>;

  /** Starts the thread for exports of some size, so that it is ready when it is known how to read them. */
  constructor(paths: readonly string[]) {
    const bytes = paths.reduce((sum, path) => sum + sizeOf(path), 0);
    this.#thread = bytes < WORTH_A_THREAD ? Promise.resolve(null) : startThread().catch(() => null);
  }

  /** Scans both sides; null when one of them has to be read by the engine. */
  async scan(
    module: ScannerModule,
    plans: Readonly<Record<Side, SidePlan>>,
  ): Promise<Readonly<Record<Side, ScannedSide>> | null> {
    const thread = await this.#thread;
    thread?.worker.postMessage({ module, plan: plans.stripe } satisfies ScanTask);
    const [stripe, database] = await Promise.all([
      thread === null ? scanSide(module, plans.stripe) : thread.answer,
      scanSide(module, plans.database),
    ]);
    return stripe === null || database === null ? null : { stripe, database };
  }

  /** Ends the thread, whatever it does. */
  async close(): Promise<void> {
    await (await this.#thread)?.worker.terminate();
  }
}

/** Of what cannot be read it is told later. */
function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

interface Thread {
  readonly worker: Worker;
  /** What it found; null when it found nothing that can be used, or could not work. */
  readonly answer: Promise<ScannedSide | null>;
}

/** A thread starts from JavaScript in one piece, whatever this process itself was started from. */
async function startThread(): Promise<Thread> {
  const program = await compile(join(__dirname, "screen-worker.ts"));
  const worker = new Worker(program, { eval: true, execArgv: [] });
  const answer = new Promise<ScannedSide | null>((resolve) => {
    worker.once("message", resolve);
    for (const end of ["error", "messageerror", "exit"]) worker.once(end, () => resolve(null));
  });
  return { worker, answer };
}
