import { Resvg } from "@resvg/resvg-js";
import { readPlotly } from "./assets";
import { chartFont } from "./chart-font";
import { type SvgNode, textBox } from "./text-box";

/** A chart as Plotly takes it. */
export interface Figure {
  readonly data: readonly object[];
  readonly layout: Readonly<Record<string, unknown>>;
}

/** The little of a browser's page that drawing a chart needs. */
interface Page {
  eval(script: string): unknown;
  Plotly: { toImage(figure: object, options: object): Promise<string> };
  SVGElement: { prototype: object };
  HTMLCanvasElement: { prototype: object };
  URL: { createObjectURL?: () => string };
}

/** Pixels of the picture per pixel of the chart, so that it is sharp on paper and on dense screens. */
const SCALE = 2;

/**
 * A chart as a PNG, drawn by the library that draws the live chart (first chart 0.5 s, later ones 0.1 s).
 * The same figure gives the same bytes on every machine.
 */
export async function chartPng(figure: Figure, width: number, height: number): Promise<Buffer> {
  page ??= openPage();
  const layout = {
    ...figure.layout,
    width,
    height,
    font: { ...(figure.layout.font as object | undefined), family: "Inter" },
  };
  // A copy, since Plotly writes into what it is given.
  const copy = structuredClone({ data: figure.data, layout });
  const svg = await page.Plotly.toImage(copy, { format: "svg", imageDataOnly: true, width, height });
  const png = new Resvg(svg, { font: chartFont(svg), fitTo: { mode: "zoom", value: SCALE }, background: "#ffffff" });
  return png.render().asPng();
}

let page: Page | undefined;

// jsdom lays nothing out, so every box is empty there; Plotly places labels by the boxes of their texts.
function openPage(): Page {
  const { JSDOM, VirtualConsole } = require("jsdom");
  const opened: Page = new JSDOM("<!doctype html>", {
    runScripts: "outside-only",
    virtualConsole: new VirtualConsole(),
  }).window;
  opened.URL.createObjectURL = () => "";
  Object.assign(opened.HTMLCanvasElement.prototype, { getContext: () => null });
  Object.assign(opened.SVGElement.prototype, {
    getBBox(this: SvgNode) {
      return textBox(this);
    },
    getComputedTextLength(this: SvgNode) {
      return textBox(this).width;
    },
    getBoundingClientRect(this: SvgNode) {
      const { x, y, width, height } = textBox(this);
      return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
    },
  });
  opened.eval(readPlotly());
  return opened;
}
