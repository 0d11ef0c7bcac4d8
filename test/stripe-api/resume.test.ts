import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { generateSubscriptions } from "../../data/stand-in/generate-subscriptions";
import type { StripeConnection } from "../../src/sources/stripe-api/connect-stripe";
import { exportStripe, type StripeExportOptions } from "../../src/sources/stripe-api/export-stripe";
import { connectTo, freshPath, KEY, readExport, standInWith } from "./world";

const COUNT = 6000;
const standIn = await standInWith(generateSubscriptions({ count: COUNT, from: 1_640_000_000, to: 1_780_000_000 }));
const connection = await connectTo(standIn);
const whole = freshPath();
await exportStripe(connection, { out: whole });

/** Begins an export and stops it after some pages. */
async function stopped(pages: number, options: Partial<StripeExportOptions> = {}): Promise<string> {
  const out = freshPath();
  const controller = new AbortController();
  let seen = 0;
  const onProgress = (): void => {
    if (++seen > pages) controller.abort(new Error("stopped"));
  };
  await expect(exportStripe(connection, { out, onProgress, signal: controller.signal, ...options })).rejects.toThrow(
    "stopped",
  );
  expect(existsSync(out)).toBe(false);
  return out;
}

async function notices(out: string, from: StripeConnection = connection): Promise<string[]> {
  const said: string[] = [];
  await exportStripe(from, { out, onNotice: (text) => said.push(text) });
  expect(readFileSync(out).equals(readFileSync(whole))).toBe(true);
  expect(existsSync(`${out}.partial`)).toBe(false);
  return said;
}

it.each([0, 1, 5, 30])("stopped after %i pages, it goes on from there", async (pages) => {
  const out = await stopped(pages);
  const said = await notices(out);
  expect(said).toEqual([expect.stringMatching(/^Continuing the export of 2\d{3}-.*, which has \d+ subscriptions\.$/)]);
});

it("the sidecar tells when the first run began", async () => {
  const out = await stopped(5, { now: () => new Date(Date.now() - 3_600_000) });
  await exportStripe(connection, { out });
  const { started_at, finished_at } = JSON.parse(readFileSync(`${out}.meta.json`, "utf8"));
  expect(Math.round((Date.parse(finished_at) - Date.parse(started_at)) / 60_000)).toBe(60);
});

it("what was kept is not fetched again", async () => {
  const out = await stopped(30);
  const journal = readFileSync(join(`${out}.partial`, "journal.ndjson"), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1);
  const windows = new Map<string, { rows: number }>();
  for (const line of journal) for (const window of JSON.parse(line)) windows.set(window.name, window);
  const kept = [...windows.values()].reduce((sum, { rows }) => sum + rows, 0);
  const own = await connectTo(standIn);
  const counted: number[] = [];
  await exportStripe(own, { out, onProgress: ({ rows }) => counted.push(rows) });
  expect(kept).toBeGreaterThan(0);
  expect(counted[0]).toBe(kept);
  expect(counted.at(-1)).toBe(COUNT);
  expect(readFileSync(out).equals(readFileSync(whole))).toBe(true);
});

it("half a line of the journal and half a page of rows are dropped", async () => {
  const out = await stopped(10);
  const folder = `${out}.partial`;
  const parts = readdirSync(folder).filter((name) => /^\d+\.ndjson$/.test(name));
  expect(parts.length).toBeGreaterThan(1);
  for (const part of parts) appendFileSync(join(folder, part), '{"id":"sub_half","created":17');
  appendFileSync(join(folder, "journal.ndjson"), '[{"name":"1790000000","testClock":null,"oldest":1');
  writeFileSync(join(folder, "joined"), "left from the end of an earlier try");
  expect(await notices(out)).toEqual([expect.stringMatching(/^Continuing/)]);
});

it("when a part is gone it begins anew, and says so", async () => {
  const out = await stopped(10);
  const [part] = readdirSync(`${out}.partial`).filter((name) => /^\d+\.ndjson$/.test(name));
  rmSync(join(`${out}.partial`, part as string));
  expect(await notices(out)).toEqual([expect.stringMatching(/a part of it is gone; it begins anew/)]);
});

it("a journal of nonsense begins anew", async () => {
  const out = await stopped(3);
  writeFileSync(join(`${out}.partial`, "journal.ndjson"), "nonsense\n");
  expect(await notices(out)).toEqual([]);
});

it("after six hours it begins anew, and says so", async () => {
  const out = await stopped(10, { now: () => new Date(Date.now() - 7 * 3_600_000) });
  expect(await notices(out)).toEqual([expect.stringMatching(/begun more than 6 hours ago; it begins anew/)]);
});

it("another key or other options are refused", async () => {
  const out = await stopped(3);
  const other = await connectTo(standIn, { key: KEY.replace("rk_", "sk_") });
  await expect(exportStripe(other, { out })).rejects.toMatchObject({
    code: "export_begun",
    exitCode: 2,
    message: expect.stringContaining("remove the folder"),
  });
  expect(await notices(out)).toHaveLength(1);
});

it("a folder that a running process writes to is left alone", async () => {
  const out = await stopped(3);
  writeFileSync(join(`${out}.partial`, "pid"), String(process.ppid));
  await expect(exportStripe(connection, { out })).rejects.toMatchObject({ code: "export_running", exitCode: 2 });
  rmSync(join(`${out}.partial`, "pid"));
  await notices(out);
});

it("a failure for good keeps what was fetched", async () => {
  const out = freshPath();
  const own = await standInWith(generateSubscriptions({ count: COUNT, from: 1_640_000_000, to: 1_780_000_000 }));
  const account = { account: "acct_1AAAAAStandInAcc", livemode: true, revoked: false };
  let seen = 0;
  own.onRequest = () => {
    if (++seen === 30) Object.assign(own.keys[KEY] as object, { revoked: true });
  };
  await expect(exportStripe(await connectTo(own), { out })).rejects.toMatchObject({ code: "stripe_key_revoked" });
  own.onRequest = undefined;
  Object.assign(own.keys[KEY] as object, account);
  expect(await notices(out, await connectTo(own))).toHaveLength(1);
  expect(readExport(out)).toHaveLength(COUNT);
});
