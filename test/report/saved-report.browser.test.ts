import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReportRun, runReport } from "../../src/notebook/run-report";
import { CHROMIUM, openChromium } from "./chromium";
import { evaluate, openPage } from "./open-page";
import { nameWhatFollows, printedPages } from "./printed-pages";

// In CI the tests must run: without a browser they fail in openChromium().
const skipped = CHROMIUM === undefined && process.env.CI !== "true";
if (skipped) console.warn("\n*** No Chromium on this machine: NOT tested how the reports of the sample behave. ***\n");

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const DATA = join(__dirname, "..", "..", "data");
const folder = mkdtempSync(join(tmpdir(), "saved-report-"));
let browser: Browser | undefined;
let run: ReportRun | undefined;

beforeAll(async () => {
  if (skipped) return;
  browser = await openChromium();
  const inputs = { stripe: join(DATA, "stripe_subscriptions.json"), database: join(DATA, "db_subscriptions.csv") };
  run = await runReport({ ...inputs, out: join(folder, "bundle") });
}, 180_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const REPORTS = ["reconciliation", "drift-analysis"] as const;

function open(name: string, options = {}) {
  return openPage(browser as Browser, join(run?.directory ?? "", `${name}.html`), options);
}

async function drawn(page: Page): Promise<void> {
  const charts = await page.locator("[data-recon-chart]").count();
  await expect.poll(() => page.locator(".rc-live:has(.main-svg)").count(), { timeout: 20_000 }).toBe(charts);
}

const unfold = (page: Page) =>
  evaluate(page, "document.querySelectorAll('details').forEach((one) => (one.open = true))");

describe.skipIf(skipped)("the saved reports of the sample", { timeout: 120_000 }, () => {
  it.each(REPORTS)("%s opens without a network, asks for nothing and draws its charts", async (name) => {
    const { page, requests, problems } = await open(name);
    await drawn(page);
    expect(requests.filter((url) => !url.startsWith("data:"))).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it("answers a hover over a chart", async () => {
    const { page } = await open("reconciliation");
    await drawn(page);
    const bar = page.locator(".rc-live .bars .point").first();
    await bar.scrollIntoViewIfNeeded();
    await bar.hover({ force: true });
    await expect.poll(() => page.locator(".rc-live .hoverlayer text").allTextContents()).not.toEqual([]);
  });

  it.each(REPORTS.flatMap((name) => (["light", "dark"] as const).map((scheme) => [name, scheme] as const)))(
    "%s has no serious or critical finding of axe in the %s theme, also unfolded",
    async (name, colorScheme) => {
      const { page } = await open(name, { colorScheme });
      await drawn(page);
      await unfold(page);
      await evaluate(page, AXE);
      const found = await evaluate<{ impact: string; id: string; nodes: { html: string }[] }[]>(
        page,
        "axe.run().then(({ violations }) => violations)",
      );
      const grave = found.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(grave.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
    },
  );

  it.each(REPORTS)("%s prints with every heading on the page of what it is about", async (name) => {
    const { page } = await open(name);
    await drawn(page);
    const pairs = await evaluate<[string, string][]>(page, nameWhatFollows);
    expect(pairs.length).toBeGreaterThanOrEqual(8);
    const pages = await printedPages(page, pairs.flat());
    expect(pages.size).toBeGreaterThanOrEqual(2 * pairs.length);
    expect(pairs.filter(([heading, content]) => pages.get(heading) !== pages.get(content))).toEqual([]);
  });

  it("is sorted, filtered, copied from and unfolded by keyboard, and shows where the focus is", async () => {
    const { page } = await open("reconciliation", { permissions: ["clipboard-read", "clipboard-write"] });
    await drawn(page);
    const box = page.locator(".rc-table-box", { hasText: "showing 50 of 72" });
    await tabTo(page, ".rc-skip");
    await tabTo(page, ".rc-code summary");
    await page.keyboard.press("Enter");
    expect(await page.locator(".rc-code").first().getAttribute("open")).not.toBeNull();
    await tabTo(page, "[aria-label='Filter these 50 rows']");
    await page.keyboard.type("tenant_002");
    expect(await box.getByRole("status").textContent()).toMatch(/^\d+ of these 50 rows match \(showing 50 of 72/);
    await tabTo(page, ".rc-tools button");
    await page.keyboard.press("Enter");
    await box.getByRole("button", { name: /^Copied \d+/ }).waitFor();
    const copied = (await evaluate<string>(page, "navigator.clipboard.readText()")).split("\n");
    expect(copied).toEqual(await box.locator("tbody tr:visible td:first-child").allTextContents());
    await tabTo(page, ".rc-sort");
    await page.keyboard.press("Enter");
    const ids = await box.locator("tbody tr:visible td:first-child").allTextContents();
    expect(await box.locator("th").first().getAttribute("aria-sort")).toBe("ascending");
    expect(ids).toEqual([...copied].sort((a, b) => a.localeCompare(b, "en", { numeric: true })));
  });

  it.each(REPORTS)("%s never scrolls sideways at a width of 400", async (name) => {
    const { page } = await open(name, { viewport: { width: 400, height: 900 } });
    await drawn(page);
    expect(await evaluate(page, "document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });
});

/** Presses Tab until an element has the focus, which must then be seen. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const reached = `document.activeElement.matches(${JSON.stringify(selector)})`;
  for (let pressed = 0; pressed < 60; pressed++) {
    await page.keyboard.press("Tab");
    if (!(await evaluate<boolean>(page, reached))) continue;
    const ring = await evaluate<string[]>(
      page,
      "(({ outlineStyle, outlineWidth }) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))",
    );
    expect([selector, ...ring]).toEqual([selector, "solid", "2px"]);
    expect(await evaluate(page, inSight)).toBe(true);
    return;
  }
  throw new Error(`Tab does not lead to ${selector}.`);
}

const inSight = `(() => {
  const { left, top, right, bottom } = document.activeElement.getBoundingClientRect();
  return right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
})()`;
