import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleWorld } from "../../data/stand-in/sample-world";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { findingsSchema } from "../../src/drift/findings";
import { webhookHistorySchema } from "../../src/drift/webhook-log/webhook-history";
import { makeFolder, runRecon, theMessage } from "./run-recon";

const folder = makeFolder();
afterAll(folder.remove);
const diff = join(folder.path, "diff");
const out = join(folder.path, "out");
const log = join(folder.path, "app.log");

/** The sample's incident as the application's log tells it: what is affected was refused for its signature, the rest went well. */
beforeAll(async () => {
  const files = ["--stripe", "data/stripe_subscriptions.json", "--database", "data/db_subscriptions.csv"];
  await runRecon(["diff", ...files, "--out", diff]);
  const rows = readFileSync(join(diff, "discrepancies.csv"), "utf8").split("\n").slice(1, -1);
  const ids = [...new Set(rows.map((row) => row.slice(0, row.indexOf(","))))];
  const lines: string[] = [];
  for (let minute = 0; minute < 10 * 24 * 60; minute += 2) {
    const at = new Date(Date.UTC(2026, 9, 10) + minute * 60_000).toISOString();
    const isDown = at >= "2026-10-15T01:27" && at <= "2026-10-17T04:03";
    const id = isDown ? ids[(minute / 2) % ids.length] : `sub_1Other${minute}`;
    const how = isDown ? "ERROR 400 No signatures found matching the expected signature" : "INFO 200 processed";
    lines.push(`${at} stripe webhook evt_1Ab${minute} customer.subscription.updated ${id} ${how}`);
  }
  await new Promise<void>((resolve) => createWriteStream(log).end(`${lines.join("\n")}\n`, () => resolve()));
});

describe("recon webhooks", () => {
  it("tells the windows, the reasons and what follows, and its file is evidence for recon drift", async () => {
    const answer = await runRecon(["webhooks", "--log", log, "--subscriptions", diff, "--out", out]);
    expect(answer.status).toBe(0);
    expect(answer.stderr).toMatch(/2026-10-15 01:28:00 to 2026-10-17 04:02:00: 1,518 of 1,518 failed; .*signature/);
    expect(answer.stderr).toContain("Fix webhook processing first (Stripe Webhook Failure Runbook)");
    const file = join(out, "webhooks.json");
    webhookHistorySchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const drift = await runRecon(["drift", diff, "--webhooks", file, "--out", out]);
    expect(drift.status).toBe(0);
    const findings = findingsSchema.parse(JSON.parse(readFileSync(join(out, "findings.json"), "utf8")));
    const said = JSON.stringify(findings.causes);
    expect(said).toContain("By the webhook log");
    expect(said).toContain("of them for the signature");
  });

  it("asks Stripe for the events it could not deliver, with GET alone", async () => {
    const standIn = await startStandIn(sampleWorld());
    const env = { STRIPE_API_BASE: standIn.url, STRIPE_API_KEY: Object.keys(standIn.keys)[0] ?? "" };
    const answer = await runRecon(["webhooks", "--log", log, "--subscriptions", diff, "--stripe-events"], { env });
    await standIn.close();
    expect(answer.status).toBe(0);
    expect(answer.stderr).toMatch(/Stripe could not deliver \d+ events of the last 30 days/);
    expect([...new Set(standIn.requests.map(({ method }) => method))]).toEqual(["GET"]);
  });

  it.each([
    ["no log", [], /--log/],
    ["no ids", ["--log", log], /--subscriptions/],
    ["a log that is not there", ["--log", "nix.log", "--subscriptions", diff], /nix\.log: there is no such file/],
    ["a folder as the log", ["--log", folder.path, "--subscriptions", diff], /this is a folder/],
    ["ids that are not there", ["--log", log, "--subscriptions", "nix"], /nix: there is no such file or folder/],
    ["an empty log", ["--log", "/dev/null", "--subscriptions", diff], /is empty/],
    ["Stripe without a key", ["--log", log, "--subscriptions", diff, "--stripe-events"], /STRIPE_API_KEY is not set/],
  ] as const)("refuses %s", async (_, args, says) => {
    const answer = await runRecon(["webhooks", ...args], { env: { STRIPE_API_KEY: "" } });
    expect(theMessage(answer)).toMatch(says);
    expect(answer.status).toBe(2);
  });

  it.each([
    ["missing", "nix.json", /nix\.json: the webhook history cannot be read/],
    ["no webhooks.json", "summary.json", /summary\.json: this is no webhooks\.json of this version/],
  ] as const)("recon drift refuses a file that is %s", async (_, file, says) => {
    const answer = await runRecon(["drift", diff, "--webhooks", join(diff, file), "--out", out]);
    expect(theMessage(answer)).toMatch(says);
    expect(answer.status).toBe(2);
  });
});

it("a log of 300 MB is read in flat memory", async () => {
  const large = join(folder.path, "large.log");
  const block = readFileSync(log, "utf8").replaceAll("evt_1Ab", "evt_1Zz");
  await new Promise<void>((resolve, reject) => {
    const stream = createWriteStream(large).on("error", reject);
    for (let size = 0; size < 300_000_000; size += block.length) stream.write(block);
    stream.end(() => resolve());
  });
  const memory = "process.on('exit',()=>console.error('peak',process.resourceUsage().maxRSS))";
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(memory)}` };
  const answer = await runRecon(["webhooks", "--log", large, "--subscriptions", diff], { env });
  expect(answer.status).toBe(0);
  const peaks = [...answer.stderr.matchAll(/peak (\d+)/g)].map(([, kilobytes]) => Number(kilobytes) / 1024);
  expect(peaks.length).toBeGreaterThan(0);
  expect(Math.max(...peaks)).toBeLessThan(400);
});
