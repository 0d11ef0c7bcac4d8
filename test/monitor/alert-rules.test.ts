import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { metricsText } from "../../src/monitor/metrics-text";
import { runRecord } from "./records";

const FOLDER = join(__dirname, "..", "..", "data", "monitoring");
const isThere = spawnSync("promtool", ["--version"]).status === 0;
if (!isThere) {
  const missing = "No promtool on this machine (Debian's package prometheus): the alert rules are NOT tested";
  if (process.env["CI"] === "true") throw new Error(`${missing}.`);
  console.warn(`\n*** ${missing}. ***\n`);
}

/** Every metric there is, as a run of everything leaves them. */
async function exported(): Promise<string> {
  const record = runRecord({ started_at: "2026-11-02T11:00:00Z", affected: 3 });
  return metricsText({ records: [record], scope: "all", now: new Date("2026-11-02T12:00:00Z"), period: 3_600_000 });
}

async function exportedNames(): Promise<string[]> {
  return [...(await exported()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name as string).sort();
}

/** The names of our metrics in expressions. */
function namesIn(expressions: string): string[] {
  return [...new Set(expressions.match(/\bsubscription_(?:mismatch|reconciliation)_\w+/g))].sort();
}

describe.skipIf(!isThere)("promtool says of the alert rules", () => {
  it("that they are right", () => {
    const said = execFileSync("promtool", ["check", "rules", "alert-rules.yml"], { cwd: FOLDER, encoding: "utf8" });
    expect(said).toContain("SUCCESS: 6 rules found");
  });

  it("that they fire when they should, and only then", () => {
    const tested = spawnSync("promtool", ["test", "rules", "alert-rules.test.yml"], { cwd: FOLDER, encoding: "utf8" });
    expect(tested.stdout + tested.stderr).toContain("SUCCESS");
    expect(tested.status).toBe(0);
  });

  it("and of our metrics, that they follow the conventions", async () => {
    const checked = spawnSync("promtool", ["check", "metrics"], { input: await exported(), encoding: "utf8" });
    // By the runbook's own name it is a count, though no counter.
    const complaints = checked.stderr
      .split("\n")
      .filter((line) => line !== "" && !/^subscription_mismatch_count non-histogram/.test(line));
    expect(complaints).toEqual([]);
  });
});

it("the rules use metrics that there are", async () => {
  const rules = readFileSync(join(FOLDER, "alert-rules.yml"), "utf8");
  const names = await exportedNames();
  expect(namesIn(rules).length).toBeGreaterThan(4);
  for (const name of namesIn(rules)) expect(names).toContain(name);
});

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

it("the dashboard shows metrics that there are, and leaves none out", async () => {
  const text = readFileSync(join(FOLDER, "grafana-dashboard.json"), "utf8");
  const { panels } = JSON.parse(text) as Dashboard;
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  for (const expression of expressions) expect(namesIn(expression), expression).toHaveLength(1);
  expect(namesIn(expressions.join("\n"))).toEqual(await exportedNames());
});
