import { join } from "node:path";
import type { Context, Script } from "node:vm";
import { ReconError } from "../recon-error";
import { type PlotlyBuild, readPlotly } from "./assets";
import { type SvgNode, textBox } from "./text-box";

/** A chart as Plotly takes it. */
export interface Figure {
  readonly data: readonly object[];
  readonly layout: Readonly<Record<string, unknown>>;
}

/** The little of a browser's page that drawing a chart needs. */
interface Page {
  Plotly: { toImage(figure: object, options: object): Promise<string> };
  SVGElement: { prototype: object };
  HTMLCanvasElement: { prototype: object };
  URL: { createObjectURL?: () => string };
}

/** Found when it is needed, since it does not become part of what is compiled by it. */
const { prepareScript } = require(join(__dirname, "..", "compiled", "run.cjs")) as {
  prepareScript(name: string, text: string): Script;
};

const BASIC_TYPES: readonly unknown[] = ["scatter", "bar", "pie", undefined];

/** The smallest build of the chart library that draws all of a chart's traces. */
export function buildFor(data: readonly object[]): PlotlyBuild {
  return data.every((trace) => BASIC_TYPES.includes("type" in trace ? trace.type : undefined)) ? "basic" : "full";
}

/**
 * A chart as an SVG, drawn by the library that draws the live chart, in a page without a screen
 * (loaded at the first chart in about 1 s, the full build in 3 s; a chart takes 0.1 s).
 *
 * @param width in pixels, like `height`
 * @throws ReconError `chart_not_drawn` for a type that needs more of a browser than there is
 */
export async function chartSvg(figure: Figure, width: number, height: number): Promise<string> {
  const build = buildFor(figure.data);
  const page = pages.get(build) ?? openPage(build);
  pages.set(build, page);
  const font = { ...(figure.layout.font as object | undefined), family: "Inter" };
  // A copy, since Plotly writes into what it is given.
  const copy = structuredClone({ data: figure.data, layout: { ...figure.layout, width, height, font } });
  try {
    return await page.Plotly.toImage(copy, { format: "svg", imageDataOnly: true, width, height });
  } catch (cause) {
    const types = copy.data.map((trace) => ("type" in trace ? trace.type : "scatter")).join(", ");
    const message = `Plotly could not draw this chart (${types}) without a browser. Types it can draw here: bar, scatter, pie, histogram, box, sankey.`;
    throw new ReconError("chart_not_drawn", message, { cause });
  }
}

const pages = new Map<PlotlyBuild, Page>();

// jsdom lays nothing out, so every box is empty there; Plotly places labels by the boxes of their texts.
function openPage(build: PlotlyBuild): Page {
  const { JSDOM, VirtualConsole } = require("jsdom");
  const dom = new JSDOM("<!doctype html>", { runScripts: "outside-only", virtualConsole: new VirtualConsole() });
  const opened: Page = dom.window;
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
  prepareScript(`plotly-${build}`, readPlotly(build)).runInContext(dom.getInternalVMContext() as Context);
  return opened;
}
