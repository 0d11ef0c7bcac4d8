import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { hasChart } from "../../src/report/cell-output";
import { chartHtml, plotText } from "../../src/report/chart";
import { chartLayout } from "../../src/report/chart-layout";
import { chartSvg } from "../../src/report/chart-svg";
import { HOSTILE } from "./hostile-strings";

const CHART = {
  title: "Most mismatches began on 3 March",
  data: [{ type: "bar", name: "status_mismatch", x: ["2026-03-02", "2026-03-03"], y: [3, 812] }],
  table: {
    columns: [
      { key: "day", title: "Day" },
      { key: "count", title: "Subscriptions", kind: "number" as const },
    ],
    rows: [
      { day: "2026-03-02", count: 3 },
      { day: "2026-03-03", count: 812 },
    ],
  },
};

describe("chartHtml", () => {
  it("is a titled picture with its figures in a table", async () => {
    const { figure, png } = parts(await chartHtml(CHART));
    expect(figure.querySelector("figcaption")?.textContent).toBe(CHART.title);
    expect(figure.querySelector("img")?.alt).toBe(CHART.title);
    expect(figure.querySelector("details summary")?.textContent).toBe("Figures");
    expect([...figure.querySelectorAll("details td")].map((cell) => cell.textContent)).toEqual([
      "2026-03-02",
      "3",
      "2026-03-03",
      "812",
    ]);
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1520, 640]);
  });

  it("is the same, byte by byte, every time", async () => {
    expect(await chartHtml(CHART)).toBe(await chartHtml(CHART));
  });

  it("leaves the notebook's own data as they were", async () => {
    const before = structuredClone(CHART);
    await chartHtml(CHART);
    expect(CHART).toEqual(before);
  });

  it("writes its labels level and in full", async () => {
    const days = Array.from({ length: 14 }, (_, day) => `2026-03-${String(day + 1).padStart(2, "0")}`);
    const data = [{ type: "bar", x: days, y: days.map((_, day) => day * 50) }];
    const svg = await chartSvg({ data, layout: chartLayout({}, data) }, 760, 320);
    const labels = [...new JSDOM(svg).window.document.querySelectorAll(".xtick text, .ytick text")];
    const ticks = ["Mar 22026", "Mar 4", "Mar 6", "Mar 8", "Mar 10", "Mar 12", "Mar 14"];
    const counts = ["0", "100", "200", "300", "400", "500", "600"];
    expect(labels.map((label) => label.textContent)).toEqual([...ticks, ...counts]);
    expect(labels.filter((label) => label.getAttribute("transform")?.includes("rotate"))).toEqual([]);
  });

  it("draws other types of charts too, and leaves them a picture", async () => {
    const html = await chartHtml({ ...CHART, data: [{ type: "histogram", x: [1, 1, 2, 5] }] });
    const { figure, png } = parts(html);
    expect(hasChart(html)).toBe(false);
    expect(figure.querySelector("script")).toBeNull();
    expect(figure.querySelector("details table")).not.toBeNull();
    const bars = await chartHtml({ ...CHART, data: [{ type: "bar", x: [1, 1, 2, 5] }] });
    expect(png.equals(parts(bars).png)).toBe(false);
  });

  it("says which types can be drawn when one needs a browser", async () => {
    await expect(chartHtml({ ...CHART, data: [{ type: "heatmap", z: [[1]] }] })).rejects.toThrow(
      expect.objectContaining({ code: "chart_not_drawn", message: expect.stringContaining("(heatmap)") }),
    );
  });

  it("shows hostile data as text, in the picture's description and in the live chart's data", async () => {
    const html = await chartHtml({
      ...CHART,
      title: HOSTILE[1] ?? "",
      data: [
        {
          type: "bar",
          name: HOSTILE[0],
          x: HOSTILE.map((text) => text.slice(0, 60)),
          y: HOSTILE.map((_, n) => n),
          text: HOSTILE,
        },
      ],
      table: { columns: [{ key: "day", title: HOSTILE[0] ?? "" }], rows: HOSTILE.map((day) => ({ day })) },
    });
    const { figure } = parts(html);
    expect(figure.querySelectorAll("script")).toHaveLength(1);
    expect(figure.querySelectorAll("img")).toHaveLength(1);
    const { data } = JSON.parse(figure.querySelector("script")?.textContent ?? "");
    expect(data[0].name).toBe(`&lt;img src=x onerror="window.hacked='img'"&gt;`);
    expect(JSON.stringify(data)).not.toContain("<");
  });
});

describe("chartLayout", () => {
  it("keeps what is given, also inside an axis", () => {
    const layout = chartLayout({ xaxis: { title: { text: "day" } }, showlegend: false }, []);
    expect(layout).toMatchObject({ showlegend: false, xaxis: { title: { text: "day" }, showgrid: false } });
  });

  it("cuts bars at the chart's range, but not the words beside lying ones", () => {
    const cut = [{}, { orientation: "h" }].map((trace) => chartLayout({}, [trace]) as { template: { data: unknown } });
    expect(cut.map(({ template }) => template.data)).toMatchObject([
      { bar: [{ cliponaxis: true }] },
      { bar: [{ cliponaxis: false }] },
    ]);
  });

  it.each([
    ["upright", {}, { xaxis: false, yaxis: undefined }],
    ["lying", { orientation: "h" }, { xaxis: undefined, yaxis: false }],
  ])("draws lines only across %s bars", (_, trace, grids) => {
    const layout = chartLayout({}, [trace]) as Record<string, { showgrid?: boolean }>;
    expect({ xaxis: layout.xaxis?.showgrid, yaxis: layout.yaxis?.showgrid }).toEqual(grids);
  });
});

it("plotText makes markup and invisible characters text", () => {
  expect(plotText("<b>a & b</b>\u202E")).toBe("&lt;b&gt;a &amp; b&lt;/b&gt;[U+202E]");
});

function parts(html: string) {
  const figure = new JSDOM(html).window.document.querySelector("figure");
  if (!figure) throw new Error("no figure");
  const png = Buffer.from(figure.querySelector("img")?.src.split(",")[1] ?? "", "base64");
  return { figure, png };
}
