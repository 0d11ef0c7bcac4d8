import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { randomOf } from "../../data/sample/random";
import { generateSubscriptions } from "../../data/stand-in/generate-subscriptions";
import { exportStripe } from "../../src/sources/stripe-api/export-stripe";
import { compileChild } from "../compile-child";
import { connectTo, freshPath, KEY, standInWith } from "./world";

const ROOT = join(__dirname, "..", "..");
const KILLS = 50;
/** How many exports go on at the same time, each with its own stand-in. */
const CHAINS = 3;
const COUNT = 6000;
const all = generateSubscriptions({ count: COUNT, from: 1_640_000_000, to: 1_780_000_000 });

const references = { plain: freshPath("stripe.ndjson"), compressed: freshPath("stripe.ndjson.gz") };
const uninterrupted = await connectTo(await standInWith(all));
for (const out of Object.values(references)) await exportStripe(uninterrupted, { out });

const exportProcess = await compileChild("stripe-api/export-process.ts");
afterAll(exportProcess.remove);

/** What of a sidecar does not depend on when it was made. */
function timeless(path: string): unknown {
  const { started_at: _start, finished_at: _end, ...rest } = JSON.parse(readFileSync(`${path}.meta.json`, "utf8"));
  return rest;
}

function expectWhole(out: string): void {
  const reference = out.endsWith(".gz") ? references.compressed : references.plain;
  expect(readFileSync(out).equals(readFileSync(reference))).toBe(true);
  expect(timeless(out)).toEqual(timeless(reference));
  expect(existsSync(`${out}.partial`)).toBe(false);
}

/** Kills and continues one export until it was killed so many times; one that ends before it is killed is checked and begun anew. */
async function chain(number: number, kills: number): Promise<{ killed: number; finished: number }> {
  const random = randomOf(`kill ${number}`);
  const standIn = await standInWith(all, { latencyMs: 5 });
  const out = freshPath(number === 0 ? "stripe.ndjson.gz" : "stripe.ndjson");
  let [killed, finished] = [0, 0];
  while (true) {
    const killAfter = killed < kills ? Math.floor(random() * 25) : Number.POSITIVE_INFINITY;
    const delay = random() * 30;
    const child = spawn(process.execPath, [exportProcess.path, "--out", out, "--rate", "500"], {
      cwd: ROOT,
      env: { ...process.env, STRIPE_API_KEY: KEY, STRIPE_API_BASE: standIn.url },
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    let seen = 0;
    standIn.onRequest = () => {
      if (seen++ === killAfter) void sleep(delay).then(() => child.exitCode ?? child.kill("SIGKILL"));
    };
    const [code, signal] = await ended;
    if (signal === "SIGKILL") killed++;
    else {
      expect(code).toBe(0);
      finished++;
      expectWhole(out);
      if (killed >= kills) return { killed, finished };
    }
  }
}

it(`killed at ${KILLS} random moments, an export goes on and gives the same file`, async () => {
  const each = Array.from({ length: CHAINS }, (_, number) => Math.floor((KILLS + number) / CHAINS));
  const ends = await Promise.all(each.map((kills, number) => chain(number, kills)));
  expect(ends.reduce((sum, { killed }) => sum + killed, 0)).toBeGreaterThanOrEqual(KILLS);
  expect(ends.reduce((sum, { finished }) => sum + finished, 0)).toBeGreaterThanOrEqual(CHAINS);
}, 300_000);
