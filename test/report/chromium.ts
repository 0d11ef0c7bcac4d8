import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where this machine keeps a Chromium, or undefined; `CHROMIUM` names one elsewhere. */
export const CHROMIUM = process.env.CHROMIUM || PLACES.find((path) => existsSync(path));

/** Starts Chromium, or says which package brings one. */
export function openChromium(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error("No Chromium found. Install Debian's package chromium, or set CHROMIUM.");
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}
