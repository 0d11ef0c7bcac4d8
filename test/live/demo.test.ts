import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { expect, it } from "vitest";
import { loadSample } from "../../data/demo/load-sample";
import { KINDS } from "../../src/subscription";
import { databaseKinds, startDatabase } from "../postgres/start-database";

const ROOT = join(__dirname, "..", "..");
const REPORT = join(ROOT, "reports", "demo", "report");

interface Counts {
  readonly [kind: string]: Readonly<Record<string, number>>;
}

/** Runs `npm run demo` as a newcomer does. */
function demo(env: Readonly<Record<string, string>> = {}): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve) => {
    const clean = { ...process.env, STRIPE_API_KEY: "", DATABASE_URL: "", ...env };
    const child = spawn(process.execPath, ["--import", "tsx", join("data", "demo", "main.ts")], {
      cwd: ROOT,
      env: clean,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => {
        output += text;
      });
    child.on("close", (status) => resolve({ status, output }));
  });
}

/** Weeks after the sample's exports nothing is in flight any more: what was, differs or does not. */
function differing(counts: Counts): Record<string, number> {
  const sum = (of: Readonly<Record<string, number>> = {}): number =>
    Object.values(of).reduce((all, count) => all + count, 0);
  return Object.fromEntries(KINDS.map((kind) => [kind, sum(counts[kind])]));
}

const answer = JSON.parse(readFileSync(join(ROOT, "data", "answer.json"), "utf8"));

it("npm run demo goes from nothing to a report that counts what the sample's answer counts, repairs it there and back, and shows the health of a simulated week", async () => {
  const { status, output } = await demo();
  expect(output).toContain("2939 subscriptions");
  expect(output).toContain("2,890 rows");
  expect(output).toMatch(/Probably: webhooks were missed/);
  expect(output).not.toMatch(/postgres:postgres|✕ fail|undefined/);
  expect(status).toBe(0);
  expect(existsSync(join(REPORT, "manifest.json"))).toBe(true);
  const { counts } = JSON.parse(readFileSync(join(REPORT, "summary.json"), "utf8"));
  expect(differing(counts)).toEqual(differing(answer.counts));
  expect(output.match(/^Run .*: 179 changed, 0 skipped$/gm)).toHaveLength(2);
  expect(output).toMatch(/142 restored, 0 inserted rows archived, 37 removed, 0 left alone/);
  expect(output).toMatch(/Verdict: clean; 0 subscriptions affected/);
  expect(output).toMatch(/^- Journal: intact, \d+ entries/m);
  expect(output).toMatch(/^Healthy: .*\n(?: {2}.*\n)*Health: reports.demo.health.reconciliation-health\.html$/m);
  const health = readFileSync(join(ROOT, "reports", "demo", "health", "reconciliation-health.html"), "utf8");
  expect(health).toContain("A simulated week");
  expect(health).not.toContain("Cannot find module");
}, 400_000);

it.runIf(databaseKinds().includes("postgres"))("a DATABASE_URL replaces PGlite, and is only read", async () => {
  const database = await startDatabase("postgres");
  try {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await loadSample(client);
    const state = "SELECT md5(string_agg(subscriptions::text, '|' ORDER BY id)) AS state FROM subscriptions";
    const before = (await client.query(state)).rows;
    const { status, output } = await demo({ DATABASE_URL: database.url });
    expect(output).toMatch(/^Healthy: /m);
    expect(output).toContain("the database of DATABASE_URL; this demo only reads it");
    expect(status).toBe(0);
    const { counts } = JSON.parse(readFileSync(join(REPORT, "summary.json"), "utf8"));
    expect(differing(counts)).toEqual(differing(answer.counts));
    expect((await client.query(state)).rows).toEqual(before);
    expect((await client.query("SELECT FROM pg_namespace WHERE nspname = 'reconciliation'")).rows).toEqual([]);
    await client.end();
  } finally {
    await database.stop();
  }
});

it("ends with the command that failed", async () => {
  const { status, output } = await demo({ DATABASE_URL: "postgres://a:hemligt@127.0.0.1:9/x" });
  expect(output).toContain("nothing listens at 127.0.0.1:9");
  expect(output).not.toContain("hemligt");
  expect(status).toBe(2);
});
