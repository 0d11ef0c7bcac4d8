import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readLastRuns } from "../../src/monitor/last-run";
import { makeFolder, runRecon } from "../cli/run-recon";

const folder = makeFolder();
const diffed = join(folder.path, "diff");
afterAll(folder.remove);

/** A folder of reports with the summary of a real comparison in some of them. */
async function reportsWith(runs: Readonly<Record<string, "report" | "failure" | "half" | "broken">>): Promise<string> {
  const reports = folder.free("reports");
  mkdirSync(reports, { recursive: true });
  for (const [id, what] of Object.entries(runs)) {
    if (what === "failure") {
      const failed = { schema_version: 1, run_id: id, failed_at: "2026-11-02T06:00:00Z", message: `${id} failed.` };
      writeFileSync(join(reports, `${id}.failed.json`), JSON.stringify(failed));
    } else {
      mkdirSync(join(reports, id));
      if (what === "report") cpSync(join(diffed, "summary.json"), join(reports, id, "summary.json"));
      if (what === "broken") writeFileSync(join(reports, id, "summary.json"), "{");
    }
  }
  return reports;
}

describe("the last runs", async () => {
  const files = ["--stripe", "data/stripe_subscriptions.json", "--database", "data/db_subscriptions.csv"];
  expect((await runRecon(["diff", ...files, "--out", diffed])).status).toBe(1);
  const [old, middle, young] = ["20261101T060000Z-aaaaaaaa", "20261102T060000Z-00000000", "20261103T060000Z-bbbbbbbb"];

  it.each([
    ["none", {}, null, null],
    ["the younger of two reports", { [old]: "report", [young]: "report" }, young, young],
    ["a failure after a report", { [old]: "report", [middle]: "failure" }, `${middle} failed.`, old],
    ["a report after a failure", { [middle]: "failure", [young]: "report" }, young, young],
    ["one that was killed does not count", { [old]: "report", [young]: "half" }, old, old],
    ["nor one that cannot be read", { [old]: "report", [young]: "broken" }, old, old],
    ["folders of other names do not count", { notebook: "report", demo: "report" }, null, null],
  ] as const)("%s", async (_, runs, last, lastKept) => {
    const reports = await reportsWith(runs);
    const found = await readLastRuns(reports);
    const name = found.last?.kind === "failed" ? found.last.message : (found.last?.directory ?? null);
    expect(name).toBe(found.last?.kind === "kept" ? join(reports, String(last)) : last);
    expect(found.lastKept?.directory ?? null).toBe(lastKept === null ? null : join(reports, lastKept));
  });

  it("a folder that is not there holds none", async () => {
    expect(await readLastRuns(folder.free("nothing"))).toEqual({ last: null, lastKept: null });
  });
});

it("recon report leaves word of a run that failed", async () => {
  const reports = join(__dirname, "..", "..", "reports");
  const before = new Set(safeList(reports));
  const { status, stderr } = await runRecon([
    "report",
    "--stripe",
    "no-such-file.json",
    "--database",
    "data/db_subscriptions.csv",
  ]);
  expect(status).toBe(2);
  const left = safeList(reports).filter((name) => !before.has(name) && name.endsWith(".failed.json"));
  expect(left).toHaveLength(1);
  const file = join(reports, left[0] as string);
  const { message } = JSON.parse(readFileSync(file, "utf8"));
  rmSync(file);
  expect(message).toContain("no-such-file.json: there is no such file.");
  expect(stderr).toContain(message);
});

function safeList(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
