import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { ReconError } from "../recon-error";
import { chartFont } from "./chart-font";
import { chartSvg, type Figure } from "./chart-svg";

interface Drawn {
  readonly png: Uint8Array | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

interface ChartThread {
  drawOnThread(figure: Figure, width: number, height: number): Promise<Drawn | null>;
}

const { drawOnThread } = require(join(__dirname, "chart-thread.cjs")) as ChartThread;

/** Pixels of the picture per pixel of the chart, so that it is sharp on paper and on dense screens. */
const SCALE = 2;

/**
 * A chart as a PNG, for where scripts do not run. The same figure gives the same bytes on every machine,
 * as long as its texts keep to the letters of the font that comes with the product.
 *
 * @param width in pixels of the chart, like `height`
 */
export async function chartPng(figure: Figure, width: number, height: number): Promise<Buffer> {
  const drawn = await drawOnThread(figure, width, height);
  if (drawn === null) return drawPng(figure, width, height);
  if (drawn.png === null) throw new ReconError(drawn.failure?.code ?? "", drawn.failure?.message ?? "");
  return Buffer.from(drawn.png);
}

/** As {@link chartPng}, on this thread. */
export async function drawPng(figure: Figure, width: number, height: number): Promise<Buffer> {
  const svg = await chartSvg(figure, width, height);
  const picture = new Resvg(svg, {
    font: chartFont(svg),
    fitTo: { mode: "zoom", value: SCALE },
    background: "#ffffff",
  });
  return picture.render().asPng();
}
