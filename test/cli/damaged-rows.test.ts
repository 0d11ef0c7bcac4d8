import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(__dirname, "..", "..");
const directory = mkdtempSync(join(tmpdir(), "recon-refusals-"));

const HEADER = "id,customer_id,status,metadata,created_at,updated_at";
const row = (
  n: number | string,
  cells = `cus_${n},active,"{""k"": ""v""}",2025-01-01 00:00:00+00,2025-01-01 00:00:00+00`,
): string => `sub_${n},${cells}`;
const rows = (from: number, count: number): string[] => Array.from({ length: count }, (_, index) => row(from + index));
const csv = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;
const object = (n: number): object => ({
  id: `sub_${n}`,
  object: "subscription",
  customer: `cus_${n}`,
  status: "active",
  created: 1735689600,
  metadata: { k: "v" },
});
const list = JSON.stringify({ object: "list", data: Array.from({ length: 12 }, (_, n) => object(n)), has_more: false });

/** What the terminal answered. */
interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function recon(...args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", join("src", "cli.ts"), ...args], { cwd: ROOT });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}

let count = 0;

function file(content: string | Buffer): string {
  const path = join(directory, `export-${count++}`);
  writeFileSync(path, content);
  return path;
}

/** Compares two exports and checks what every refusal has to be: exit 2, one message, no stack. */
async function refusal(stripe: string, database: string): Promise<string> {
  const out = join(directory, `out-${count++}`);
  const { status, stderr } = await recon("diff", "--stripe", stripe, "--database", database, "--out", out);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toMatch(/undefined|NaN|\[object|unexpected:/);
  expect(status, stderr).toBe(2);
  const messages = stderr.match(/^recon: .*$/gm) ?? [];
  expect(messages).toHaveLength(1);
  return messages[0] ?? "";
}

describe("a database export of twelve rows and one more, that", () => {
  const damaged = (bad: string | Buffer): Buffer =>
    Buffer.concat([Buffer.from(csv(HEADER, ...rows(0, 12))), Buffer.from(bad), Buffer.from(`\n${row(99)}\n`)]);
  it.each<[string, string | Buffer, RegExp]>([
    ["is too short", "sub_x,cus_x,active", /line 14: too few cells; 1 of 14 rows/],
    ["is too long", `${row("x")},more`, /line 14: too many cells; 1 of 14 rows/],
    [
      "is not UTF-8",
      Buffer.concat([Buffer.from('sub_x,cus_x,active,"{""k"":""'), Buffer.from([0xff, 0xfe]), Buffer.from('""}",,')]),
      /line 14: not valid UTF-8/,
    ],
    ["has a NUL byte", "sub_x,cus\u0000x,active,,,", /line 14: .*NUL/],
    [
      "has a cell of 10 MB",
      row("x", `cus_x,active,"{""k"":""${"z".repeat(10_000_000)}""}",,`),
      /line 14: longer than 2 MB/,
    ],
    ["has a quote that is not closed", 'sub_x,cus_x,"active,{},,', /line 14: .*quote/],
    ["has metadata that is a list", row("7x", 'cus_x,active,"[1,2]",,'), /line 14: metadata is not a JSON object/],
  ])("%s", async (_, bad, message) => {
    const path = file(damaged(bad));
    const said = await refusal(file(list), path);
    expect(said).toMatch(message);
    expect(said).toContain(path);
  });
});

describe("a few bad rows among many", () => {
  it("are set aside, counted and protected from being called missing", async () => {
    const stripe = JSON.stringify(Array.from({ length: 500 }, (_, n) => object(n)));
    const database = csv(HEADER, ...rows(0, 250), "sub_250,cus_250,active", ...rows(251, 249));
    const out = join(directory, "few");
    const { status } = await recon("diff", "--stripe", file(stripe), "--database", file(database), "--out", out);
    const summary = require(join(out, "summary.json"));
    expect(summary.inputs.database).toMatchObject({ rows: 500, rejected: 1 });
    expect(summary.counts.missing_in_database).toMatchObject({ actionable: 0, review: 1 });
    expect(summary.verdict).toBe("incomparable");
    expect(status).toBe(2);
  });
});

describe("wrong use", () => {
  it.each([
    [["diff"], /required option/],
    [["diff", "--stripe", "a"], /required option/],
    [["nonsense"], /unknown command/],
    [["diff", "--nonsense"], /required option|unknown option/],
    [["run", "notebooks/nowhere.ipynb", "--out", "x"], /nowhere\.ipynb/],
    [["run", "notebooks/reconciliation.ipynb", "-p", "nonsense=1", "--out", join(directory, "run")], /nonsense/],
  ])("recon %s ends with 2 and says what is wrong", async (args, message) => {
    const { status, stderr } = await recon(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(2);
  });
});
