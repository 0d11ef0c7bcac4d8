import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { openWorkspace } from "../../src/sources/workspace";
import { makeFolder, runRecon, theMessage } from "./run-recon";
import { AS_OF, databaseCsv, stripeList } from "./small-exports";

const folder = makeFolder();
afterAll(folder.remove);

const stripe = folder.write("stripe.json", stripeList(10));
const database = folder.write("database.csv", databaseCsv(10));
const FILES = ["--stripe", stripe, "--database", database] as const;
const DIFF = ["diff", ...FILES, ...AS_OF] as const;
const out = join(folder.path, "never-made");

/** Runs a command with an `out` of its own: each run tries whether it could make the folder, and they run side by side. */
async function expectRefused(args: readonly string[], says: RegExp): Promise<void> {
  const own = folder.free("never-made");
  const answer = await runRecon(args.map((word) => (word === out ? own : word)));
  expect(theMessage(answer)).toMatch(says);
  expect(answer.status).toBe(2);
  expect(existsSync(own), "nothing is written").toBe(false);
}

describe.concurrent("wrong use ends with 2 and one message that says what to do:", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["an unknown command", ["dif"], /unknown command 'dif' \(Did you mean diff\?\).*--help/],
    ["an unknown option", [...DIFF, "--out", out, "--force"], /unknown option '--force'\. Run with --help/],
    ["a missing option", ["diff", "--stripe", stripe], /required option '--database <file>' not specified\. Run with/],
    ["no folder for the results", DIFF, /required option '--out <dir>' not specified/],
    ["an option without its value", [...DIFF, "--out"], /'--out <dir>' argument missing/],
    [
      "an empty shell variable",
      ["diff", "--stripe", "", "--database", database, "--out", out],
      /'--stripe <file>'.*empty/,
    ],
    ["a word too many", [...DIFF, "--out", out, "more"], /too many arguments for 'diff'/],
    ["a notebook that is not there", ["run", "notebooks/nowhere.ipynb", "--out", out], /nowhere\.ipynb/],
    ["a parameter without a value", ["run", "x.ipynb", "--out", out, "-p", "x"], /expected name=value/],
    [
      "a time limit that is no number",
      ["run", "x.ipynb", "--out", out, "--cell-timeout", "soon"],
      /expected a number above 0/,
    ],
    [
      "a time that is none",
      ["diff", ...FILES, "--out", out, "--stripe-as-of", "yesterday"],
      /--stripe-as-of "yesterday": expected a time such as/,
    ],
    ["a file as folder for the results", [...DIFF, "--out", database], /: this is a file\. Give --out a folder/],
    ["a folder inside a file", [...DIFF, "--out", join(database, "x")], /: this is a file\. Give --out a folder/],
    ["a folder that cannot be made", [...DIFF, "--out", "/proc/recon"], /^recon: \/proc\/recon: .*\(ENOENT\)/],
    [
      "a folder for a report that cannot be made",
      ["report", ...FILES, "--out", "/proc/recon"],
      /^recon: \/proc\/recon: /,
    ],
  ])("%s", (_, args, says) => expectRefused(args, says));

  it("no command", async () => {
    const { status, stderr } = await runRecon([]);
    expect(stderr).toMatch(/^Usage: recon/);
    expect(status).toBe(2);
  });
});

describe.concurrent("a configuration is refused that", () => {
  it.each<[string, string, RegExp]>([
    ["is no JSON", '{"database":', /recon\.json: .*JSON/],
    ["is a list", "[]", /recon\.json: /],
    ["has a member it should not have", '{"database":{"colums":{}}}', /recon\.json: database: .*"colums"/],
    ["names a column we do not have", '{"database":{"columns":{"statu":"status"}}}', /database\.columns: .*"statu"/],
    [
      "reads a column that is not there",
      '{"database":{"columns":{"status":"state_of"}}}',
      /line 1: .*"state_of", which is not there\. Found: id, customer_id/,
    ],
    [
      "filters on a column that is not there",
      '{"database":{"only":{"kind":["x"]}}}',
      /line 1: .*"kind", which is not there/,
    ],
  ])("%s", (_, config, says) =>
    expectRefused([...DIFF, "--out", out, "--config", folder.write("recon.json", config)], says),
  );

  it("is not there", () =>
    expectRefused([...DIFF, "--out", out, "--config", "/nowhere.json"], /^recon: \/nowhere\.json: /));
});

describe.concurrent("a sidecar is refused that", () => {
  const good = {
    schema_version: 1,
    side: "stripe",
    started_at: "2026-06-01T12:00:00Z",
    finished_at: "2026-06-01T12:00:00Z",
    complete: true,
  };
  it.each<[string, string, RegExp]>([
    ["is no JSON", "{", /\.meta\.json: the sidecar is not JSON\. Remove it, or export again/],
    ["lacks a member", JSON.stringify({ ...good, complete: "yes" }), /\.meta\.json: complete: .*Remove the sidecar/],
    [
      "is of the other side",
      JSON.stringify({ ...good, side: "database" }),
      /it is the database export, but it was given as --stripe/,
    ],
    ["was written for another export", JSON.stringify({ ...good, sha256: "0".repeat(64) }), /another export.*SHA-256/],
  ])("%s", (_, sidecar, says) => {
    const export_ = folder.write("stripe.json", stripeList(10));
    writeFileSync(`${export_}.meta.json`, sidecar);
    return expectRefused(["diff", "--stripe", export_, "--database", database, "--out", out, ...AS_OF], says);
  });

  it("cannot be read", () => {
    const export_ = folder.write("stripe.json", stripeList(10));
    mkdirSync(`${export_}.meta.json`);
    const says = /\.meta\.json: the sidecar cannot be read/;
    return expectRefused(["diff", "--stripe", export_, "--database", database, "--out", out, ...AS_OF], says);
  });
});

describe("a place for temporary files", () => {
  it("is refused when nothing can be made there", () => {
    vi.stubEnv("TMPDIR", database);
    expect(openWorkspace).toThrow(`${database}: no temporary folder can be made there (ENOTDIR). Point TMPDIR`);
    vi.unstubAllEnvs();
  });
});

describe("results of an earlier run", () => {
  it("are left alone by a run that is refused, and replaced whole by one that ends", async () => {
    const results = folder.free("results");
    const read = (name: string): string => readFileSync(join(results, name), "utf8");
    const bad = folder.write("bad.csv", databaseCsv(10).replace("pro", 'x" y'));
    const first = await runRecon(["diff", "--stripe", stripe, "--database", bad, ...AS_OF, "--out", results]);
    expect(first.status).toBe(2);
    expect(read("rejected.csv")).toContain("sub_1PqRs000001");
    const summary = read("summary.json");

    const empty = folder.write("empty.csv", "");
    expect((await runRecon(["diff", "--stripe", stripe, "--database", empty, "--out", results])).status).toBe(2);
    expect(read("summary.json")).toBe(summary);

    expect((await runRecon([...DIFF, "--out", results])).status).toBe(0);
    expect(read("summary.json")).not.toBe(summary);
    expect(existsSync(join(results, "rejected.csv")), "no rejected rows of an earlier run").toBe(false);
  });
});
