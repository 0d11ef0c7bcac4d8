import type { Cell } from "./nbformat";

/** The name of each cell, by its index: the nearest Markdown heading above it, else its place, such as `Cell 3`. */
export function nameCells(cells: readonly Cell[]): readonly string[] {
  let heading: string | null = null;
  return cells.map((cell, index) => {
    if (cell.cell_type === "markdown") heading = lastHeading(cell.source) ?? heading;
    return heading ?? `Cell ${index + 1}`;
  });
}

function lastHeading(markdown: string): string | null {
  const withoutCode = markdown.replace(/^```[\s\S]*?^```/gm, "");
  const headings = [...withoutCode.matchAll(/^#{1,6}\s+(.+?)\s*#*\s*$/gm)];
  const text = headings.at(-1)?.[1];
  return text === undefined ? null : text.replace(/[*_`]/g, "");
}
