import { parentPort } from "node:worker_threads";
import { ReconError } from "../recon-error";
import { drawPng } from "./chart-image";
import { chartLayout } from "./chart-layout";
import type { Figure } from "./chart-svg";

interface Request {
  readonly id: number;
  readonly figure: Figure;
  readonly width: number;
  readonly height: number;
}

/** Draws what it is asked for, once the library is there that draws nearly everything. */
parentPort?.on("message", async ({ id, figure, width, height }: Request) => {
  try {
    parentPort?.postMessage({ id, png: await drawPng(figure, width, height), failure: null });
  } catch (error) {
    if (!(error instanceof ReconError)) throw error;
    parentPort?.postMessage({ id, png: null, failure: { code: error.code, message: error.message } });
  }
});

const DAYS = ["2025-01-01", "2025-01-02"];
const BARS = ["a", "b"].map((name) => ({ type: "bar", name, x: DAYS, y: [1, 2] }));
const LAYOUT = {
  barmode: "stack",
  xaxis: { type: "date", title: { text: "day" } },
  yaxis: { title: { text: "discrepancies" } },
  annotations: [{ x: DAYS[0], y: 1, text: "a", showarrow: false }],
};

/** Resolves after a first chart, which takes as long as five others: one like those of the reports. */
export const isReady = drawPng({ data: BARS, layout: chartLayout(LAYOUT, BARS) }, 760, 320);
