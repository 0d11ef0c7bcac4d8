import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ReportRun, runReport } from "../../src/notebook/run-report";
import { visibleText } from "../../src/report/cell-text";
import { CHROMIUM, openChromium } from "./chromium";
import { TAKEN_AT, writeHostileExports } from "./hostile-exports";
import { HOSTILE } from "./hostile-strings";
import { evaluate, openPage } from "./open-page";

// In CI the tests must run: without a browser they fail in openChromium().
const skipped = CHROMIUM === undefined && process.env.CI !== "true";
if (skipped) console.warn("\n*** No Chromium on this machine: NOT tested what hostile exports do in a report. ***\n");

const folder = mkdtempSync(join(tmpdir(), "hostile-report-"));
let browser: Browser | undefined;
let run: ReportRun | undefined;

beforeAll(async () => {
  if (skipped) return;
  browser = await openChromium();
  const exports = writeHostileExports(folder);
  const taken = { stripeAsOf: TAKEN_AT, databaseAsOf: TAKEN_AT };
  run = await runReport({ ...exports, ...taken, out: join(folder, "bundle") });
}, 180_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A half of a surrogate pair is no Unicode: its rows are rejected, and said to be. */
const READABLE = HOSTILE.filter((text) => !/\p{Cs}/u.test(text));

function open(name: string, options = {}) {
  return openPage(browser as Browser, join(run?.directory ?? "", `${name}.html`), options);
}

describe.skipIf(skipped)("a report on exports full of hostile text", { timeout: 60_000 }, () => {
  it.each(["reconciliation", "drift-analysis"])("%s runs nothing of it and asks no host for anything", async (name) => {
    const { page, requests, problems } = await open(name, { offline: false });
    await page.locator(".rc-live .main-svg").first().waitFor();
    await evaluate(page, "document.querySelectorAll('details').forEach((one) => (one.open = true))");
    for (const filter of await page.getByRole("searchbox").all()) await filter.fill("<img src=x");
    for (const sort of await page.locator(".rc-sort").all()) await sort.evaluate("button => button.click()");
    expect(await evaluate(page, "window.hacked")).toBeUndefined();
    expect(requests.filter((url) => !url.startsWith("data:"))).toHaveLength(1);
    expect(problems).toEqual([]);
    expect(await evaluate(page, strangers)).toEqual([]);
  });

  it("shows every id as the text it is", async () => {
    const { page } = await open("reconciliation");
    const ids = await evaluate<string[]>(
      page,
      "[...document.querySelectorAll('#missing-in-database')].map((one) => one.closest('section').nextElementSibling).flatMap((one) => [...one.querySelectorAll('tbody td:first-child')]).map((one) => one.dataset.id)",
    );
    // Ids are read without spaces around them, and no attribute of HTML holds a NUL.
    const expected = READABLE.map((text) => `sub_${text}`.replace(/ +$/, "").replaceAll("\0", "\uFFFD"));
    expect(new Set(ids)).toEqual(new Set(expected));
  });

  it("shows every status, tenant, key and value of metadata as the text it is", async () => {
    const { page } = await open("reconciliation");
    const cells = await evaluate<string[]>(
      page,
      "[...document.querySelectorAll('td, td [title], .rc-diff-name, .rc-diff code')].flatMap((one) => [one.textContent, one.title])",
    );
    const seen = new Set(cells.map((text) => text.replace(/^● /, "")));
    expect(READABLE.filter((text) => !seen.has(visibleText(text)))).toEqual([]);
  });

  it("counts the rows that could not be read", () => {
    expect(run?.summary.inputs).toMatchObject({ stripe: { rejected: 4 }, database: { rejected: 4 } });
  });
});

// Whatever stands in the report and was not put there by it.
const strangers = `[...document.querySelectorAll(
  "main :is(iframe, object, embed, video, audio, form, base, meta, link, math, template, noscript, textarea, title, plaintext, b), main svg script, main img:not([src^='data:image/png']), main a[href^='javascript:']",
)].map((one) => one.outerHTML).concat(
  [...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames().filter((name) => /^on/.test(name))),
)`;
