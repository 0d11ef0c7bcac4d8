import { parentPort, workerData } from "node:worker_threads";
import { scanSide } from "./scan-side";
import type { SidePlan } from "./side-plan";

/** Scans one side on a thread of its own and hands over what was found, without copying the records. */
const scanned = scanSide(workerData as SidePlan);
const blocks = scanned?.records.parts.flatMap((part) => part.blocks.map(({ buffer }) => buffer as ArrayBuffer)) ?? [];
parentPort?.postMessage(scanned, blocks);
