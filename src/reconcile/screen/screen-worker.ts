import { parentPort } from "node:worker_threads";
import { scanSide } from "./scan-side";
import type { ScanTask } from "./scan-sides";

/** Scans one side on a thread of its own and hands over what was found, without copying the records. */
parentPort?.once("message", async ({ module, plan }: ScanTask) => {
  const scanned = await scanSide(module, plan);
  const blocks = scanned?.records.parts.map(({ last }) => last.buffer as ArrayBuffer) ?? [];
  parentPort?.postMessage(scanned, blocks);
});
