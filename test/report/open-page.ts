import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** A page, and what it did besides showing itself. */
export interface Opened {
  readonly page: Page;
  /** Everything it asked for, itself included. */
  readonly requests: readonly string[];
  /** Errors and warnings of its scripts and of the browser. */
  readonly problems: readonly string[];
}

/** Opens a file in a window of its own, without a network. */
export async function openPage(browser: Browser, file: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, offline: true, ...options });
  const page = await context.newPage();
  const [requests, problems]: [string[], string[]] = [[], []];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  await page.goto(pathToFileURL(file).href);
  return { page, requests, problems };
}

/** What a script gives in a page. */
export function evaluate<Value>(page: Page, script: string): Promise<Value> {
  return page.evaluate(script) as Promise<Value>;
}
