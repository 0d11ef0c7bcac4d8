import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cellOutputHtml } from "../../src/report/cell-output";
import { CHROMIUM, openChromium } from "./chromium";
import { HOSTILE } from "./hostile-strings";
import { evaluate, type Opened, openPage } from "./open-page";
import { chartOf, codeCell, DISCREPANCIES, hostilePage, pageOf, SORTABLE, shown, textCell } from "./page-fixture";

// In CI the tests must run: without a browser they fail in openChromium().
const skipped = CHROMIUM === undefined && process.env.CI !== "true";
if (skipped)
  console.warn("\n*** No Chromium on this machine: NOT tested how the saved report behaves in a browser. ***\n");

const folder = mkdtempSync(join(tmpdir(), "report-test-"));
let browser: Browser | undefined;

beforeAll(async () => {
  if (!skipped) browser = await openChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(html: string, options?: BrowserContextOptions): Promise<Opened> {
  const file = join(folder, "page.html");
  writeFileSync(file, html);
  return openPage(browser as Browser, file, options);
}

const column = (page: Page, index: number) => page.locator(`tbody tr:visible td:nth-child(${index})`).allTextContents();

describe.skipIf(skipped)("the saved page in a browser", { timeout: 60_000 }, () => {
  it("shows hostile data as text everywhere, runs nothing of it and asks no host for anything", async () => {
    const { page, requests, problems } = await open(await hostilePage());
    await page.locator(".rc-live .main-svg").first().waitFor();
    for (const element of await page.locator("details").all())
      await element.evaluate("element => (element.open = true)");
    expect(await evaluate(page, "window.hacked")).toBeUndefined();
    // The one picture that is none: what was between its quotes is cleaned, not shown.
    expect(problems).toEqual(["Failed to load resource: net::ERR_INVALID_URL"]);
    expect(requests.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"))).toEqual([]);
    expect(
      await evaluate(page, "document.querySelectorAll('a[href^=javascript],[onerror],[onload],[onmouseover]').length"),
    ).toBe(0);
    expect(
      await evaluate(page, "document.querySelectorAll('main b, main iframe, main svg[onload], img[src=x]').length"),
    ).toBe(0);
    expect(await page.locator("h1").textContent()).toBe(HOSTILE[0]);
    expect(await page.locator(".rc-live text").allTextContents()).toEqual(
      expect.arrayContaining([HOSTILE[0], HOSTILE[1], HOSTILE[5], "photo[U+202E]gpj.exe"]),
    );
    expect(await page.locator("td.rc-id").first().getAttribute("data-id")).toBe(HOSTILE[0]);
    expect(await evaluate(page, "document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });

  it("runs no script but its own, even if markup got through", async () => {
    const injected = `<script>window.hacked = 1</script><img src="x" onerror="window.hacked = 2">`;
    const remote = `<img src="https://example.com/a.png"><script src="https://example.com/a.js"></script>`;
    const { page, problems } = await open(
      pageOf(codeCell("", [{ output_type: "display_data", data: { "text/html": injected + remote } }])),
    );
    expect(await evaluate(page, "window.hacked")).toBeUndefined();
    expect(problems.filter((problem) => /Content Security Policy/.test(problem)).length).toBeGreaterThanOrEqual(4);
  });

  it("sorts by a column, up and down, by keyboard, with missing values last", async () => {
    const { page } = await open(pageOf(codeCell("", [shown(SORTABLE)])));
    const head = page.locator("th", { hasText: "Count" });
    await head.locator("button").focus();
    await page.keyboard.press("Enter");
    expect(await head.getAttribute("aria-sort")).toBe("ascending");
    expect(await column(page, 2)).toEqual(["0", "0", "2", "3", "4", "5", "6", "7", "8", "–", "–", "–"]);
    await page.keyboard.press("Space");
    expect(await head.getAttribute("aria-sort")).toBe("descending");
    expect(await column(page, 2)).toEqual(["8", "7", "6", "5", "4", "3", "2", "0", "0", "–", "–", "–"]);
    await page.locator("th button", { hasText: "Subscription" }).click();
    expect(await head.getAttribute("aria-sort")).toBeNull();
    expect((await column(page, 1)).slice(0, 3)).toEqual(["sub_1", "sub_2", "sub_3"]);
    await page.locator("th button", { hasText: "Changed at" }).click();
    expect((await column(page, 3)).slice(0, 2)).toEqual(["2026-03-01 00:00", "2026-03-02 00:00"]);
  });

  it("filters, and copies the ids that are left", async () => {
    const { page } = await open(pageOf(codeCell("", [shown(SORTABLE)])), {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.getByRole("searchbox", { name: "Filter these 12 rows" }).fill("SUB_1");
    expect(await column(page, 1)).toEqual(["sub_1", "sub_10", "sub_11", "sub_12"]);
    expect(await page.getByRole("status").textContent()).toBe("4 of these 12 rows match (12 rows)");
    await page.getByRole("button", { name: "Copy ids" }).click();
    await page.getByRole("button", { name: "Copied 4" }).waitFor();
    expect(await evaluate(page, "navigator.clipboard.readText()")).toBe("sub_1\nsub_10\nsub_11\nsub_12");
  });

  it("puts the live chart in the picture's place, in the colors of the theme", async () => {
    const html = pageOf(codeCell("", [shown(await chartOf("Dark", ["one", "two"]))]));
    const { page, problems } = await open(html, { colorScheme: "dark" });
    await page.locator(".rc-live .main-svg").first().waitFor();
    expect(await page.locator(".rc-chart img").isVisible()).toBe(false);
    const inkOf = () => evaluate<string>(page, "getComputedStyle(document.querySelector('.xtick text')).fill");
    expect(await inkOf()).toBe("rgb(228, 230, 232)");
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(inkOf).toBe("rgb(29, 35, 39)");
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".rc-chart img").isVisible()).toBe(true);
    expect(await page.locator(".rc-live").isVisible()).toBe(false);
    expect(problems).toEqual([]);
  });

  it("reads the same without scripts", async () => {
    const html = pageOf(textCell("## When"), codeCell("code();", [shown(SORTABLE, await chartOf("Still", ["one"]))]));
    const { page } = await open(html, { javaScriptEnabled: false });
    expect(await page.locator(".rc-chart img").isVisible()).toBe(true);
    expect(await page.locator("tbody tr:visible").count()).toBe(12);
    expect(await page.getByRole("searchbox").count()).toBe(0);
    await page.getByText("Show code").click();
    expect(await page.getByText("code();").isVisible()).toBe(true);
  });

  it.each([390, 1280, 1800])("never scrolls sideways at a width of %i", async (width) => {
    const html = pageOf(
      textCell("## When\n\n## Where"),
      codeCell("", [shown(SORTABLE, await chartOf("Wide", HOSTILE))]),
    );
    const { page } = await open(html, { viewport: { width, height: 800 } });
    await page.locator(".rc-live .main-svg").first().waitFor();
    expect(await evaluate(page, "document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });

  it("prints every table whole on A4", async () => {
    const { page } = await open(pageOf(codeCell("", [shown(SORTABLE, DISCREPANCIES)])));
    await page.emulateMedia({ media: "print" });
    // 210 mm less the margins.
    await page.setViewportSize({ width: 688, height: 1000 });
    expect(
      await evaluate(
        page,
        "[...document.querySelectorAll('.rc-scroll')].every(box => box.scrollWidth <= box.clientWidth)",
      ),
    ).toBe(true);
    expect(await page.locator(".rc-tools").isVisible()).toBe(false);
  });
});

describe.skipIf(skipped)("an output in a notebook", { timeout: 60_000 }, () => {
  it("works when outputs arrive one by one, a later chart first, beside a module loader and another Plotly", async () => {
    const [first, second] = [await chartOf("First", ["one"]), await chartOf("Second", ["two"])];
    const outputs = [
      cellOutputHtml([second, SORTABLE], { withPlotly: false }),
      cellOutputHtml([first], { withPlotly: true }),
      cellOutputHtml([first], { withPlotly: true }),
    ];
    const { page, problems } = await open(`<body data-jp-theme-light="false" style="background:#111"></body>`);
    await evaluate(
      page,
      `window.define = () => { throw new Error("the loader took the library") }; define.amd = {}; window.Plotly = "theirs";`,
    );
    for (const output of outputs) await evaluate(page, `(${attach})(${JSON.stringify(output)})`);
    await expect.poll(() => page.locator(".rc-live:has(.main-svg)").count()).toBe(3);
    expect(await page.getByRole("searchbox").count()).toBe(1);
    expect(await evaluate(page, "window.Plotly")).toBe("theirs");
    expect(await evaluate(page, "getComputedStyle(document.querySelector('.rc-note')).color")).toBe(
      "rgb(160, 168, 176)",
    );
    await evaluate(page, "document.body.setAttribute('data-jp-theme-light', 'true')");
    expect(await evaluate(page, "getComputedStyle(document.querySelector('.rc-note')).color")).toBe(
      "rgb(90, 101, 112)",
    );
    expect(problems).toEqual([]);
  });

  it("still reads well when scripts, stylesheets and classes are stripped", async () => {
    const output = cellOutputHtml([SORTABLE, await chartOf("Bare", ["one"])], { withPlotly: true });
    const bare = output
      .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, "")
      .replaceAll(/ (class|role|tabindex|data-[a-z-]+|aria-[a-z]+)="[^"]*"/g, "");
    const { page } = await open(bare);
    expect(await column(page, 1)).toHaveLength(12);
    expect(await evaluate(page, "getComputedStyle(document.querySelector('td:nth-child(2)')).textAlign")).toBe("right");
    expect(await page.locator("img").isVisible()).toBe(true);
  });
});

// What JupyterLab does with an output: its markup first, then each script once more, in order, on its own.
const attach = `(html) => {
  const output = document.createElement("div");
  output.innerHTML = html;
  document.body.append(output);
  for (const script of output.querySelectorAll("script")) {
    const copy = document.createElement("script");
    for (const { name, value } of script.attributes) copy.setAttribute(name, value);
    copy.textContent = script.textContent;
    script.replaceWith(copy);
  }
}`;
