import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Findings } from "../../src/drift/findings";
import { affectedIdsHtml } from "../../src/report/drift-affected-ids";
import { causesHtml } from "../../src/report/drift-causes";
import { concentrationsHtml } from "../../src/report/drift-concentrations";
import { nextStepHtml } from "../../src/report/drift-next-step";
import { driftTimelineHtml } from "../../src/report/drift-timeline";
import { transitionsHtml } from "../../src/report/drift-transitions";
import { typesHtml } from "../../src/report/drift-types";
import { driftVerdictHtml } from "../../src/report/drift-verdict";
import { CHROMIUM, openChromium } from "./chromium";
import { affectedIds, findingsOf, OUTAGE } from "./drift-fixture";
import { HOSTILE } from "./hostile-strings";
import { codeCell, pageOf, shown } from "./page-fixture";

// In CI the tests must run: without a browser they fail in openChromium().
const skipped = CHROMIUM === undefined && process.env.CI !== "true";
const folder = mkdtempSync(join(tmpdir(), "drift-report-"));
let browser: Browser | undefined;

beforeAll(async () => {
  if (!skipped) browser = await openChromium();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function reportOf(findings: Findings): Promise<string> {
  const results = [
    driftVerdictHtml(findings),
    await driftTimelineHtml(findings),
    transitionsHtml(findings),
    typesHtml(findings),
    await concentrationsHtml(findings),
    causesHtml(findings),
    affectedIdsHtml(findings),
    nextStepHtml(findings),
  ];
  return pageOf(...results.map((result) => codeCell("", [shown(result)])));
}

async function open(html: string, options: BrowserContextOptions = {}) {
  const file = join(folder, "page.html");
  writeFileSync(file, html);
  const context = await (browser as Browser).newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  await page.goto(pathToFileURL(file).href);
  return { page, problems };
}

const evaluate = <Value>(page: Page, script: string) => page.evaluate(script) as Promise<Value>;

describe.skipIf(skipped)("the drift report in a browser", { timeout: 60_000 }, () => {
  it.each([1280, 800, 400])("is live, and no wider than a window of %d pixels", async (width) => {
    const { page, problems } = await open(await reportOf(OUTAGE), { viewport: { width, height: 900 } });
    await expect.poll(() => page.locator(".rc-live .main-svg").count()).toBeGreaterThanOrEqual(2);
    expect(await evaluate(page, "document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    expect(problems).toEqual([]);
  });

  it("copies the ids of one cause", async () => {
    const { page } = await open(await reportOf(OUTAGE), { permissions: ["clipboard-read", "clipboard-write"] });
    await page.locator(".rc-ids").last().getByRole("button", { name: "Copy ids" }).click();
    await page.getByRole("button", { name: "Copied 6" }).waitFor();
    expect(await evaluate(page, "navigator.clipboard.readText()")).toBe(affectedIds(501, 6).join("\n"));
  });

  it("shows hostile data as text, and runs nothing of it", async () => {
    const { page, problems } = await open(await reportOf(findingsOf(HOSTILE)));
    await expect.poll(() => page.locator(".rc-live .main-svg").count()).toBeGreaterThanOrEqual(2);
    expect(await evaluate(page, "window.hacked")).toBeUndefined();
    expect(problems).toEqual([]);
    expect(await evaluate(page, "document.querySelectorAll('main b, main img[src=x], main a[href]').length")).toBe(0);
    expect(await page.locator(".rc-cause-title").first().textContent()).toContain(HOSTILE[0]);
    expect(await page.locator(".rc-ids pre").nth(10).textContent()).toBe("line↵break⇥tab[U+0000]nul");
  });
});
