import { Resvg } from "@resvg/resvg-js";
import { chartFont } from "./chart-font";
import { chartSvg, type Figure } from "./chart-svg";

/** Pixels of the picture per pixel of the chart, so that it is sharp on paper and on dense screens. */
const SCALE = 2;

/**
 * A chart as a PNG, for where scripts do not run. The same figure gives the same bytes on every machine,
 * as long as its texts keep to the letters of the font that comes with the product.
 *
 * @param width in pixels of the chart, like `height`
 */
export async function chartPng(figure: Figure, width: number, height: number): Promise<Buffer> {
  const svg = await chartSvg(figure, width, height);
  const picture = new Resvg(svg, {
    font: chartFont(svg),
    fitTo: { mode: "zoom", value: SCALE },
    background: "#ffffff",
  });
  return picture.render().asPng();
}
