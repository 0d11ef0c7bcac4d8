import { createRequire } from "node:module";
import { afterEach, expect, it, vi } from "vitest";
import { cellOutputHtml, hasChart, withoutAssets } from "../../src/report/cell-output";
import { chartHtml } from "../../src/report/chart";

const kernel: { lastWriteDisplayData: unknown } = createRequire(__filename)("tslab/dist/jupyter");
const displayed: string[] = [];

function startKernel(): void {
  kernel.lastWriteDisplayData = ({ data }: { data: Record<string, string> }) => displayed.push(data["text/html"] ?? "");
}

async function freshShow() {
  vi.resetModules();
  return (await import("../../src/report/show")).show;
}

const chart = (title: string) =>
  chartHtml({
    title,
    data: [{ type: "bar", x: ["a"], y: [1] }],
    table: { columns: [{ key: "a", title: "A" }], rows: [{ a: 1 }] },
  });

afterEach(() => {
  kernel.lastWriteDisplayData = null;
  displayed.length = 0;
});

it("outside a kernel it says what to do instead", async () => {
  const show = await freshShow();
  expect(() => show("<p>x</p>")).toThrow(
    expect.objectContaining({ code: "not_in_notebook", message: expect.stringContaining("write the HTML to a file") }),
  );
});

it("each output brings its stylesheet and script, the first chart the library, also when it runs again", async () => {
  const show = await freshShow();
  startKernel();
  const [first, second] = [await chart("First"), await chart("Second")];
  for (const results of [["<p>text</p>"], [first], [second], ["<p>text</p>", first]]) show(...results);
  expect(displayed.map((html) => html.includes('data-recon="plotly"'))).toEqual([false, true, false, true]);
  expect(displayed.every((html) => html.includes('<style data-recon="style">'))).toBe(true);
  expect(displayed.every((html) => html.includes('<script data-recon="script">'))).toBe(true);
});

it("what an output brings along can be taken away again", async () => {
  const result = await chart("First");
  const output = cellOutputHtml(["<p>before</p>", result], { withPlotly: true });
  expect(hasChart(output)).toBe(true);
  expect(withoutAssets(output).replaceAll(/\s+/g, " ")).toBe(
    `<div class="recon"> <p>before</p> ${result} </div>`.replaceAll(/\s+/g, " "),
  );
});
