import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordWeek, SIMULATED } from "../../data/demo/record-week";
import { visibleText } from "../../src/report/cell-text";
import { makeFolder, runRecon } from "../cli/run-recon";
import { startDatabase, type TestDatabase } from "../postgres/start-database";
import { CHROMIUM, openChromium } from "./chromium";
import { writeHostileHistory } from "./hostile-history";
import { HOSTILE } from "./hostile-strings";
import { evaluate, openPage } from "./open-page";
import { nameWhatFollows, printedPages } from "./printed-pages";

// In CI the tests must run: without a browser they fail in openChromium().
const skipped = CHROMIUM === undefined && process.env.CI !== "true";
if (skipped) console.warn("\n*** No Chromium on this machine: NOT tested how the page of health behaves. ***\n");

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const folder = makeFolder();
const [week, hostile] = [folder.free("week"), folder.free("hostile")];
let browser: Browser | undefined;
let database: TestDatabase | undefined;

beforeAll(async () => {
  if (skipped) return;
  browser = await openChromium();
  database = await startDatabase("pglite");
  await recordWeek(database.url, week, new Date());
  await saveHealth(week, SIMULATED);
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query("DROP SCHEMA reconciliation CASCADE").finally(() => client.end());
  await writeHostileHistory(hostile, database.url, new Date());
  await saveHealth(hostile, HOSTILE[0] ?? "");
}, 400_000);
afterAll(async () => {
  await browser?.close();
  await database?.stop();
  folder.remove();
});

async function saveHealth(reports: string, label: string): Promise<void> {
  const env = { DATABASE_URL: database?.url ?? "", RECON_REPORTS: reports };
  const { status, stderr } = await runRecon(["health", "--out", reports, "--label", label], { env });
  expect(stderr.match(/^recon: .*/gm) ?? []).toEqual([]);
  expect(status).toBe(0);
}

function open(reports: string, options = {}) {
  return openPage(browser as Browser, join(reports, "reconciliation-health.html"), options);
}

async function drawn(page: Page): Promise<void> {
  await expect.poll(() => page.locator(".rc-live:has(.main-svg)").count(), { timeout: 30_000 }).toBe(1);
}

/** The cells of the table below a heading, a text a cell. */
function cellsBelow(page: Page, heading: string): Promise<string[][]> {
  return evaluate(
    page,
    `[...document.getElementById("${heading}").closest("section").nextElementSibling.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent))`,
  );
}

describe.skipIf(skipped)("the page of health", { timeout: 120_000 }, () => {
  it("opens without a network, asks for nothing and draws its chart", async () => {
    const { page, requests, problems } = await open(week);
    await drawn(page);
    expect(requests.filter((url) => !url.startsWith("data:"))).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it("says that it is a simulation before it says anything else", async () => {
    const { page } = await open(week);
    const titles = await page.locator(".rc-banner-title").allTextContents();
    expect(titles).toEqual([SIMULATED, "Healthy: the last reconciliation found nothing to act on"]);
  });

  it("is read without any script: verdict, checklist and a picture of the chart", async () => {
    const { page } = await open(week, { javaScriptEnabled: false });
    await page.locator(".rc-banner-title", { hasText: "Healthy" }).waitFor();
    await page.locator("td", { hasText: "passed" }).first().waitFor();
    await page.locator("figure img[src^='data:image/png']").waitFor();
  });

  it("ticks the verifications of the simulated incident, whose times it tells", async () => {
    const { page } = await open(week);
    const points = await cellsBelow(page, "verification-of-the-last-incident");
    expect(points.map(([point, state]) => [point, state])).toEqual([
      ["Within 5 minutes", "✓ passed"],
      ["After 24 hours", "✓ passed"],
      ["After 1 week", "○ due"],
    ]);
    const [incident] = await cellsBelow(page, "incidents");
    expect(incident?.[2]).toBe("44 min");
    expect(incident?.[3]).toBe("145");
    expect(incident?.[5]).toBe("3 h 42 min");
  });

  it.each(["light", "dark"] as const)(
    "has no serious or critical finding of axe in the %s theme",
    async (colorScheme) => {
      for (const reports of [week, hostile]) {
        const { page } = await open(reports, { colorScheme });
        await drawn(page);
        await evaluate(page, "document.querySelectorAll('details').forEach((one) => (one.open = true))");
        await evaluate(page, AXE);
        const found = await evaluate<{ impact: string; id: string; nodes: { html: string }[] }[]>(
          page,
          "axe.run().then(({ violations }) => violations)",
        );
        const grave = found.filter(({ impact }) => impact === "serious" || impact === "critical");
        expect(grave.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([]);
      }
    },
  );

  it.each([400, 1280])("never scrolls sideways at a width of %d", async (width) => {
    for (const reports of [week, hostile]) {
      const { page } = await open(reports, { viewport: { width, height: 900 } });
      await drawn(page);
      expect(await evaluate(page, "document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    }
  });

  it("prints with every heading on the page of what it is about", async () => {
    const { page } = await open(week);
    await drawn(page);
    const pairs = await evaluate<[string, string][]>(page, nameWhatFollows);
    expect(pairs.length).toBeGreaterThanOrEqual(7);
    const pages = await printedPages(page, pairs.flat());
    expect(pages.size).toBeGreaterThanOrEqual(2 * pairs.length);
    expect(pairs.filter(([heading, content]) => pages.get(heading) !== pages.get(content))).toEqual([]);
  });

  it("runs nothing of a hostile history and asks no host for anything", async () => {
    const { page, requests, problems } = await open(hostile, { offline: false });
    await drawn(page);
    await evaluate(page, "document.querySelectorAll('details').forEach((one) => (one.open = true))");
    for (const filter of await page.getByRole("searchbox").all()) await filter.fill("<img src=x");
    for (const sort of await page.locator(".rc-sort").all()) await sort.evaluate("button => button.click()");
    expect(await evaluate(page, "window.hacked")).toBeUndefined();
    expect(requests.filter((url) => !url.startsWith("data:"))).toHaveLength(1);
    expect(problems).toEqual([]);
    expect(await evaluate(page, strangers)).toEqual([]);
  });

  it("shows every hostile message, scope, person, reason and path as the text it is", async () => {
    const { page } = await open(hostile);
    const of = async (heading: string): Promise<Set<string>> => {
      const below = `document.getElementById("${heading}").closest("section").nextElementSibling`;
      const script = `[...${below}.querySelectorAll("td, td [title]")].flatMap((one) => [one.textContent, one.title])`;
      return new Set(await evaluate<string[]>(page, script));
    };
    const texts = HOSTILE.map(visibleText);
    for (const heading of ["last-runs", "accepted-drift"]) {
      const seen = await of(heading);
      expect(texts.filter((text) => !seen.has(text))).toEqual([]);
    }
    const tenants = await of("what-comes-back");
    expect(texts.filter((text) => tenants.has(text)).length).toBeGreaterThanOrEqual(20);
    const repairs = [...(await of("incidents"))].join("\n");
    expect(texts.filter((text, n) => n % 2 === 0 && text.length < 80 && !repairs.includes(text))).toEqual([]);
  });
});

// Whatever stands in the page and was not put there by it.
const strangers = `[...document.querySelectorAll(
  "main :is(iframe, object, embed, video, audio, form, base, meta, link, math, template, noscript, textarea, title, plaintext, b), main svg script, main img:not([src^='data:image/png']), main a[href^='javascript:']",
)].map((one) => one.outerHTML).concat(
  [...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames().filter((name) => /^on/.test(name))),
)`;
