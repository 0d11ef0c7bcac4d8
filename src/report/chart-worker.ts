import { parentPort } from "node:worker_threads";
import { ReconError } from "../recon-error";
import { drawPng } from "./chart-image";
import { chartSvg, type Figure } from "./chart-svg";

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
// A first chart takes as long as five others.
void chartSvg({ data: [{ type: "bar", x: ["a"], y: [1] }], layout: {} }, 760, 320);
