import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runReport } from "../../src/notebook/run-report";
import { openChromium } from "./chromium";
import { evaluate, openPage } from "./open-page";

// npx tsx test/report/make-screenshots.ts: the README's pictures of both reports, made of the sample's exports.
const ROOT = join(__dirname, "..", "..");
const IMAGES = join(ROOT, "notebooks", "images");
const MOST_BYTES = 150_000;

/** From which heading on a picture shows its report, and its size in pixels. */
const PICTURES = [
  { name: "reconciliation", from: "verdict", viewport: { width: 1000, height: 800 } },
  { name: "drift-analysis", from: "answer", viewport: { width: 820, height: 975 } },
] as const;

const READY = `[...document.querySelectorAll("[data-recon-chart]")].every((chart) => chart.querySelector(".main-svg"))`;

async function takePictures(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "screenshots-"));
  const browser = await openChromium();
  try {
    const exports = {
      stripe: join(ROOT, "data/stripe_subscriptions.json"),
      database: join(ROOT, "data/db_subscriptions.csv"),
    };
    const { directory } = await runReport({ ...exports, out: join(folder, "bundle") });
    mkdirSync(IMAGES, { recursive: true });
    for (const { name, from, viewport } of PICTURES) {
      const { page } = await openPage(browser, join(directory, `${name}.html`), { viewport, colorScheme: "light" });
      await page.waitForFunction(READY);
      await evaluate(page, `document.getElementById("${from}").scrollIntoView()`);
      const path = join(IMAGES, `${name}.png`);
      await page.screenshot({ path });
      const { size } = statSync(path);
      if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes; it should stay below ${MOST_BYTES}.`);
      console.log(`${path}: ${size} bytes`);
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void takePictures();
