import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { chartOf, codeCell, pageOf, SORTABLE, shown, textCell } from "./page-fixture";

const read = (html: string) => new JSDOM(html).window.document;

describe("pageHtml", () => {
  it("is a page with a title, contents and one first-level heading", () => {
    const page = read(pageOf(textCell("# Reconciliation\n\n## Verdict"), textCell("### Details"), textCell("## When")));
    expect(page.documentElement.lang).toBe("en");
    expect(page.title).toBe("Reconciliation");
    expect(page.querySelectorAll("h1")).toHaveLength(1);
    const links = [...page.querySelectorAll<HTMLAnchorElement>("nav a")];
    expect(links.map((link) => [link.textContent, page.querySelector(link.hash)?.textContent])).toEqual([
      ["Verdict", "Verdict"],
      ["Details", "Details"],
      ["When", "When"],
    ]);
    expect(page.querySelector("body > a")?.getAttribute("href")).toBe("#report");
    expect(page.querySelector("time")?.textContent).toBe("2026-03-12 08:31 UTC");
  });

  it("holds stylesheet, script and library once, however many outputs bring them", async () => {
    const html = pageOf(
      codeCell("a", [shown(SORTABLE), shown(await chartOf("One", ["x"]))]),
      codeCell("b", [shown(await chartOf("Two", ["x"]))]),
    );
    const page = read(html);
    expect(page.querySelectorAll("style")).toHaveLength(1);
    expect(page.querySelectorAll("script:not([type='application/json'])")).toHaveLength(2);
    expect(html.match(/Copyright 2012-\d+, Plotly/g)).toHaveLength(1);
    expect(html.length).toBeLessThan(1_500_000);
  });

  it("leaves the chart library out when there is no chart", () => {
    expect(pageOf(codeCell("a", [shown(SORTABLE)])).length).toBeLessThan(60_000);
  });
});

describe("cells", () => {
  const output = { output_type: "stream", name: "stdout", text: "printed" } as const;
  it.each([
    ["no tag", [], true, true],
    ["hide-input", ["hide-input"], true, true],
    ["remove_input", ["remove_input"], false, true],
    ["remove_output", ["remove_output"], true, false],
    ["remove_cell", ["remove_cell"], false, false],
  ])("%s", (_, tags, code, outputs) => {
    const page = read(pageOf(codeCell("const a = 1;", [output], tags)));
    expect(page.querySelector("main")?.textContent?.includes("const a = 1;")).toBe(code);
    expect(page.querySelector("main")?.textContent?.includes("printed")).toBe(outputs);
    expect(page.querySelectorAll("main details[open]")).toHaveLength(0);
  });

  it("streams lose their terminal colors", () => {
    const text = "\u001b[33mwarn\u001b[39m \u001b]8;;https://example.com\u0007link\u001b]8;;\u0007 <b>\n";
    const page = read(pageOf(codeCell("", [{ output_type: "stream", name: "stderr", text }])));
    expect(page.querySelector("pre.rc-stderr")?.textContent).toBe("warn link <b>");
  });

  it("errors are visible", () => {
    const error = { ename: "ReconError", evalue: "no <file>", traceback: ["\u001b[31mat\u001b[0m x.ts:3"] };
    const page = read(pageOf(codeCell("", [{ output_type: "error", ...error }])));
    expect(page.querySelector(".rc-error p")?.textContent).toBe("This cell failed: ReconError no <file>");
    expect(page.querySelector(".rc-error pre")?.textContent).toBe("at x.ts:3");
  });

  it.each([
    ["html before all", { "text/html": "<p>rich</p>", "image/png": "AAAA", "text/plain": "plain" }, ".rc-output p"],
    [
      "a picture before text",
      { "image/png": "AAAA\n", "text/plain": "plain" },
      "img[src='data:image/png;base64,AAAA']",
    ],
    ["markdown", { "text/markdown": "**rich**" }, ".rc-text strong"],
    ["json", { "application/json": { a: 1 } }, "pre"],
    ["text", { "text/plain": "plain" }, "pre"],
    ["what a page cannot show", { "application/x-unknown": "?" }, ".rc-muted"],
  ])("outputs: %s", (_, data, selector) => {
    const page = read(pageOf(codeCell("", [{ output_type: "display_data", data }])));
    expect(page.querySelectorAll(`main ${selector}`)).toHaveLength(1);
  });
});
