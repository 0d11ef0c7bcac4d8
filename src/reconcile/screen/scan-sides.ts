import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Side } from "../../subscription";
import { type ScannedSide, scanSide } from "./scan-side";
import type { SidePlan } from "./side-plan";

/** Below so many bytes of both exports together, threads cost more than they bring. */
const WORTH_THREADS = 16_777_216;

/** Scans both sides, each on a thread of its own when that is worth it; null when one of them has to be read by the engine. */
export async function scanSides(
  plans: Readonly<Record<Side, SidePlan>>,
  bytes: number,
): Promise<Readonly<Record<Side, ScannedSide>> | null> {
  const program = bytes < WORTH_THREADS ? null : await compileWorker();
  const scan = async (plan: SidePlan): Promise<ScannedSide | null> =>
    program === null ? scanSide(plan) : scanInThread(program, plan);
  const [stripe, database] = await Promise.all([scan(plans.stripe), scan(plans.database)]);
  return stripe === null || database === null ? null : { stripe, database };
}

/** A thread starts from JavaScript in one piece, whatever this process itself was started from; null where nothing can be compiled. */
async function compileWorker(): Promise<string | null> {
  try {
    const { compile } = require(join(__dirname, "..", "..", "compile.cjs")) as {
      compile: (entry: string) => Promise<string>;
    };
    return await compile(join(__dirname, "screen-worker.ts"));
  } catch {
    return null;
  }
}

function scanInThread(program: string, plan: SidePlan): Promise<ScannedSide | null> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, { eval: true, workerData: plan, execArgv: [] });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the thread that read ${plan.path} ended with ${code}`)));
  });
}
