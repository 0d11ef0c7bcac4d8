import { textWidth } from "./text-width";

/** A rectangle in pixels, y downwards. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The little of an SVG element that measuring its texts needs. */
export interface SvgNode {
  readonly tagName: string;
  readonly textContent: string | null;
  readonly parentElement: SvgNode | null;
  readonly style: { readonly fontSize?: string };
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): Iterable<SvgNode>;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const ASCENT = 0.95;
const LINE_HEIGHT = 1.3;
const TRANSFORM = /(translate|rotate)\(([^)]*)\)/g;

/** The box around the texts in an SVG element, in the coordinates inside that element; empty where there is no text. */
export function textBox(node: SvgNode): Box {
  const texts = node.tagName === "text" ? [node] : Array.from(node.querySelectorAll("text"));
  return around(texts.flatMap((text) => corners(text, node)));
}

function corners(text: SvgNode, within: SvgNode): readonly Point[] {
  const { x, y, width, height } = ownBox(text);
  let points: readonly Point[] = [
    { x, y },
    { x: x + width, y },
    { x, y: y + height },
    { x: x + width, y: y + height },
  ];
  for (let node: SvgNode | null = text; node !== null && node !== within; node = node.parentElement) {
    points = points.map((point) => transformed(point, node?.getAttribute("transform") ?? ""));
  }
  return points;
}

function ownBox(text: SvgNode): Box {
  const lines = Array.from(text.querySelectorAll("tspan.line"), (line) => line.textContent ?? "");
  if (lines.length === 0) lines.push(text.textContent ?? "");
  const size = fontSize(text);
  const width = Math.max(...lines.map((line) => textWidth(line, size)));
  const anchor = text.getAttribute("text-anchor");
  const shift = anchor === "middle" ? width / 2 : anchor === "end" ? width : 0;
  return {
    x: Number(text.getAttribute("x") ?? 0) - shift,
    y: Number(text.getAttribute("y") ?? 0) - size * ASCENT,
    width,
    height: lines.length * size * LINE_HEIGHT,
  };
}

function fontSize(node: SvgNode | null): number {
  if (node === null) return 12;
  const size = Number.parseFloat(node.style?.fontSize ?? "");
  return Number.isFinite(size) ? size : fontSize(node.parentElement);
}

// The last transform of a list applies first. Plotly writes translations and rotations only.
function transformed(point: Point, list: string): Point {
  return [...list.matchAll(TRANSFORM)].reduceRight(({ x, y }, [, name, values = ""]) => {
    const [a = 0, b = 0, c = 0] = values.split(/[ ,]+/).map(Number);
    if (name === "translate") return { x: x + a, y: y + b };
    const [cos, sin] = [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)];
    return { x: b + (x - b) * cos - (y - c) * sin, y: c + (x - b) * sin + (y - c) * cos };
  }, point);
}

function around(points: readonly Point[]): Box {
  if (points.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
