import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openChromium } from "../report/chromium";
import { evaluate } from "../report/open-page";
import { type Lab, startLab } from "./start-lab";

const PROJECT = join(import.meta.dirname, "..", "..");
/** Copies of the notebooks, so that what JupyterLab saves does not change those of the checkout. */
const COPIES = "reports/lab-test";
const ERROR =
  ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr'], .jp-RenderedText[data-mime-type='application/vnd.jupyter.error']";
const CELL_MS = 60_000;

const home = mkdtempSync(join(tmpdir(), "recon-lab-"));
const requests: string[] = [];
let lab: Lab;
let browser: Browser;

beforeAll(async () => {
  rmSync(join(PROJECT, COPIES), { recursive: true, force: true });
  mkdirSync(join(PROJECT, COPIES), { recursive: true });
  for (const name of ["reconciliation", "drift-analysis"])
    copyNotebook(`notebooks/${name}`, name, (text) => text.replaceAll("reports/notebook", `${COPIES}/out`));
  copyNotebook("notebooks/repair", "repair", (text) =>
    text.replace("reports/notebook-repair", `${COPIES}/repair-out`).replace("rate: 20", "rate: 200"),
  );
  copyNotebook("notebooks/reconciliation", "no-such-file", (text) =>
    text.replaceAll("data/stripe_subscriptions.json", "data/no-such-export.json"),
  );
  browser = await openChromium();
  lab = await startLab(home);
}, 700_000);

afterAll(async () => {
  await browser?.close();
  await lab?.stop();
  rmSync(home, { recursive: true, force: true });
});

test("the reconciliation notebook runs from top to bottom; its tables sort and filter, its charts answer", async () => {
  const page = await open("reconciliation");
  await runAll(page);
  expect(await page.locator(ERROR).allInnerTexts()).toEqual([]);
  await waitForText(page, "160 subscriptions differ");

  const table = page.locator(".jp-OutputArea table", { hasText: "Changed at (UTC)" }).first();
  const ids = () => table.locator("tbody tr:visible td:first-child").allInnerTexts();
  await table.getByRole("button", { name: "Subscription" }).click();
  const sorted = await ids();
  expect(sorted).toHaveLength(50);
  expect(sorted).toEqual([...sorted].sort((a, b) => a.localeCompare(b)));
  await page
    .getByRole("searchbox", { name: "Filter these 50 rows" })
    .first()
    .fill(sorted[7] ?? "");
  await expect.poll(ids).toEqual([sorted[7]]);

  const bar = page.locator(".rc-live .bars .point path").first();
  await bar.scrollIntoViewIfNeeded();
  await page.waitForTimeout(500);
  await bar.hover({ force: true });
  await page.locator(".rc-live .hoverlayer .hovertext").first().waitFor({ timeout: 10_000 });
  await screenshot(page, "chart", "At a glance");
  await screenshot(page, "reconciliation", "Verdict");

  await page.locator("[data-command='docmanager:save'], .jp-ToolbarButton[data-jp-item-name='save']").first().click();
  const saved = join(PROJECT, COPIES, "reconciliation.ipynb");
  await expect
    .poll(() => readFileSync(saved, "utf8").includes("160 subscriptions differ"), { timeout: 20_000 })
    .toBe(true);
}, 300_000);

test("the drift notebook runs on what the reconciliation saved", async () => {
  const page = await open("drift-analysis");
  await runAll(page);
  expect(await page.locator(ERROR).allInnerTexts()).toEqual([]);
  await waitForText(page, "webhooks were missed");
  await page.locator(".rc-live .main-svg").first().waitFor();
  await screenshot(page, "drift-analysis", "Answer");

  const cell = page.locator(".jp-CodeCell .cm-content").last();
  await cell.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\nrecon.read");
  await page.keyboard.press("Tab");
  await page.locator(".jp-Completer", { hasText: "readTimeline" }).waitFor({ timeout: 20_000 });
  await page.keyboard.press("Escape");
  for (const _ of "read") await page.keyboard.press("Backspace");
  await page.keyboard.type("toFrame");
  await page.keyboard.press("Shift+Tab");
  const help = page.locator(".jp-Tooltip");
  await help.waitFor({ timeout: 20_000 });
  expect(await help.innerText()).toContain("Danfo");
  await screenshot(page, "help");
}, 300_000);

test("the repair notebook waits for the hash a person types, repairs, and audits", async () => {
  const page = await open("repair");
  await runAll(page);
  expect(await page.locator(ERROR).allInnerTexts()).toEqual([]);
  await waitForText(page, "Nothing was applied: this is a dry run");
  await screenshot(page, "repair-plan", "The plan");
  const asked = await page.getByText("type the first twelve letters of its hash").innerText();
  const hash = /[0-9a-f]{12}/.exec(asked)?.[0] ?? "";
  await page.locator(".jp-CodeCell .cm-line", { hasText: 'typed = ""' }).click();
  await page.keyboard.press("Home");
  for (const _ of 'const typed = "') await page.keyboard.press("ArrowRight");
  await page.keyboard.type(hash);
  await menu(page, "Run", "Run Selected Cell and All Below");
  await waitForText(page, "179 rows repaired, 0 skipped");
  await waitForText(page, "Verified: nothing differs");
  await page.getByText(/Journal: intact, \d+ entries/).waitFor({ timeout: CELL_MS });
  expect(await page.locator(ERROR).allInnerTexts()).toEqual([]);
  await screenshot(page, "repair", "Apply");
}, 300_000);

test("an untrusted copy shows every table, and each chart as a picture", async () => {
  copyNotebook(`${COPIES}/reconciliation`, "untrusted", (text) =>
    text.replace("# Subscription reconciliation", "# Subscription reconciliation, from a colleague"),
  );
  const page = await open("untrusted");
  await waitForText(page, "160 subscriptions differ");
  expect(await page.locator(".js-plotly-plot").count()).toBe(0);
  const pictures = await page.locator(".jp-OutputArea img").all();
  expect(pictures.length).toBeGreaterThanOrEqual(2);
  for (const picture of pictures) {
    await picture.scrollIntoViewIfNeeded();
    const width = () => picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
    await expect.poll(width).toBeGreaterThan(100);
  }
  expect(await page.locator(".jp-OutputArea table").count()).toBeGreaterThan(8);
  await screenshot(page, "untrusted", "At a glance");
}, 120_000);

test("a wrong path reads as a sentence, and the cells below do not run", async () => {
  const page = await open("no-such-file");
  await runAll(page);
  const text = (await page.locator(ERROR).allInnerTexts()).join("\n");
  expect(text).toContain("data/no-such-export.json");
  expect(text).not.toMatch(/^\s*at |node_modules/m);
  expect((await prompts(page)).at(-1)).toBe("[ ]:");
  await screenshot(page, "wrong-path", "What was loaded");
}, 120_000);

test("in the dark theme the tables are light on dark", async () => {
  lab.setTheme("JupyterLab Dark");
  const page = await open("reconciliation");
  await waitForText(page, "160 subscriptions differ");
  const [red = 0, green = 0, blue = 0] = await evaluate<number[]>(
    page,
    "getComputedStyle(document.querySelector('.jp-OutputArea td')).color.match(/\\d+/g).map(Number)",
  );
  expect(Math.min(red, green, blue)).toBeGreaterThan(180);
  await screenshot(page, "dark", "Verdict");
  await screenshot(page, "dark-chart", "At a glance");
}, 120_000);

test("nothing was asked of another machine", () => {
  expect(requests.length).toBeGreaterThan(50);
  expect(requests.filter((url) => !/^((http|ws):\/\/127\.0\.0\.1:|data:|blob:)/.test(url))).toEqual([]);
});

function copyNotebook(from: string, to: string, change: (text: string) => string): void {
  const text = readFileSync(join(PROJECT, `${from}.ipynb`), "utf8");
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(join(PROJECT, COPIES, `${to}.ipynb`), changed);
}

async function open(name: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on("request", (request) => requests.push(request.url()));
  page.on("websocket", (socket) => requests.push(socket.url()));
  await page.goto(lab.url(`${COPIES}/${name}.ipynb`));
  await page.locator(".jp-Notebook .jp-Cell").first().waitFor({ timeout: CELL_MS });
  return page;
}

/** Run › Run All Cells, until all have run or one has failed. JupyterLab drops what is asked before it has a kernel. */
async function runAll(page: Page): Promise<void> {
  await page
    .getByText(/\| Idle$/)
    .first()
    .waitFor({ timeout: CELL_MS });
  await menu(page, "Run", "Run All Cells");
  const ended = async () =>
    (await page.locator(ERROR).count()) > 0 || (await prompts(page)).every((prompt) => /^\[\d+\]:$/.test(prompt));
  await expect.poll(ended, { timeout: 2 * CELL_MS, interval: 250 }).toBe(true);
  await page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").first().waitFor({ timeout: CELL_MS });
}

async function menu(page: Page, title: string, item: string): Promise<void> {
  await page.locator(".lm-MenuBar-itemLabel", { hasText: new RegExp(`^${title}$`) }).click();
  await page.locator(".lm-Menu-itemLabel", { hasText: new RegExp(`^${item}$`) }).click();
}

async function prompts(page: Page): Promise<string[]> {
  return (await page.locator(".jp-CodeCell .jp-InputPrompt").allTextContents()).map((prompt) => prompt.trim());
}

async function waitForText(page: Page, text: string): Promise<void> {
  await page.getByText(text).first().waitFor({ timeout: 30_000 });
}

/** Kept to be looked at, at the cell below a heading: JupyterLab scrolls back to the active cell. */
async function screenshot(page: Page, name: string, heading?: string): Promise<void> {
  if (heading !== undefined) {
    const cell = page.locator(".jp-MarkdownCell", { has: page.getByRole("heading", { name: heading, exact: true }) });
    await cell.evaluate("element => element.scrollIntoView()");
    await cell.click({ position: { x: 80, y: 15 } });
    await cell.evaluate("element => element.scrollIntoView()");
  }
  await page.waitForTimeout(500);
  mkdirSync(join(PROJECT, "reports/screenshots"), { recursive: true });
  await page.screenshot({ path: join(PROJECT, "reports/screenshots", `lab-${name}.png`) });
}
