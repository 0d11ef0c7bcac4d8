import { Resvg } from "@resvg/resvg-js";
import escapeHtml from "escape-html";
import { chartFont } from "./chart-font";

const MEASURED_AT = 100;
const widths = new Map<string, number>();

/**
 * How wide a line of text is in a chart's picture, in pixels: measured by the renderer that draws it (0.5 ms, then cached).
 *
 * @param size the font's size in pixels
 */
export function textWidth(text: string, size: number): number {
  let width = widths.get(text);
  if (width === undefined) {
    width = measure(`${text}|`) - measure("|");
    widths.set(text, width);
  }
  return (width * size) / MEASURED_AT;
}

// The closing bar makes spaces at the end count: a bounding box holds only ink.
function measure(text: string): number {
  const line = `<text y="${MEASURED_AT}" font-size="${MEASURED_AT}" xml:space="preserve">${escapeHtml(text)}</text>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">${line}</svg>`;
  return new Resvg(svg, { font: chartFont(text) }).getBBox()?.width ?? 0;
}
