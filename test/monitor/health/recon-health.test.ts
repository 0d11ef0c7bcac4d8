import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { simulateWeek } from "../../../data/demo/simulate-week";
import { fileHistory } from "../../../src/monitor/file-history";
import { HISTORY_FILE } from "../../../src/monitor/history";
import { makeFolder, runRecon, theMessage } from "../../cli/run-recon";
import { code, notebookOf, saved } from "../../notebook/notebook-fixture";

const folder = makeFolder();
afterAll(() => folder.remove());

const page = (reports: string): string => readFileSync(join(reports, "health", "reconciliation-health.html"), "utf8");

describe("recon health", () => {
  it("says how to schedule reconciliations where none is on record", async () => {
    const reports = folder.free("empty");
    const { status, stdout } = await runRecon(["health"], { env: { DATABASE_URL: "", RECON_REPORTS: reports } });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^No reconciliation is on record\n {2}Schedule it: recon watch --live/);
    const html = page(reports);
    expect(html).toContain("RECON_TRIGGER=cron npm run -s recon -- report --live");
    expect(html).toContain("There is no repaired incident to verify.");
    expect(html).toContain("No run has come to a verdict.");
  });

  it("tells a week that a file holds, counting from the first clean run, since no journal tells of a repair", async () => {
    const reports = folder.free("week");
    const { runs, acceptance } = simulateWeek(new Date(), () => reports);
    const history = fileHistory(join(reports, HISTORY_FILE));
    for (const run of runs) await history.append(run);
    await history.addEvent(acceptance);
    const { status, stdout } = await runRecon(["health", "--label", "A test"], {
      env: { DATABASE_URL: "", RECON_REPORTS: reports },
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Healthy: .*\n(?: {2}.*\n)*Health: /);
    const html = page(reports);
    expect(html).toContain("A test");
    expect(html).toContain("no repair is on record, so it counts from the first clean run");
    expect(html.match(/<\/span> passed</g)).toHaveLength(2);
    expect(html).toContain("166 finished, 1 failed, 2 missed");
    expect(html).toContain("simulated operator");
    const executed = JSON.parse(readFileSync(join(reports, "health", "reconciliation-health.ipynb"), "utf8"));
    expect(executed.metadata.papermill.parameters).toMatchObject({ days: 90, label: "A test" });
  });

  it("reads the file, and says so, where the database does not answer", async () => {
    const env = { DATABASE_URL: "postgres://a:hemligt@127.0.0.1:9/x", RECON_REPORTS: folder.free("down") };
    const { status, stdout, stderr } = await runRecon(["health"], { env });
    expect(status).toBe(0);
    expect(stdout).toMatch(/The journal of repairs could not be read.*nothing listens at 127\.0\.0\.1:9/);
    expect(stdout + stderr + page(env.RECON_REPORTS)).not.toContain("hemligt");
  });

  it.each([
    [
      ["--scope", "tenant_id=nobody"],
      /^recon: No reconciliation of tenant_id=nobody is on record since .* There are some of: all\.$/,
    ],
    [["--days", "0"], /^recon: .*above 0/],
    [["--out", "package.json"], /^recon: .*package\.json: this is a file/],
  ])("refuses %j with one message", async (args, message) => {
    const reports = folder.free("refused");
    await fileHistory(join(reports, HISTORY_FILE)).append(simulateWeek(new Date(), () => reports).runs[0] as never);
    const answer = await runRecon(["health", ...args], { env: { DATABASE_URL: "", RECON_REPORTS: reports } });
    expect(theMessage(answer)).toMatch(message);
    expect(answer.status).toBe(2);
  });
});

it("a notebook's sources reach the database", async () => {
  const checks = `import * as recon from "./src/index";\nconsole.log(JSON.stringify(await recon.runSafetyChecks()));`;
  const notebook = saved(notebookOf(code(checks)));
  const out = folder.free("checks");
  const env = {
    DATABASE_URL: "postgres://a:b@127.0.0.1:9/x",
    STRIPE_API_KEY: "rk_test_1",
    STRIPE_API_BASE: "http://127.0.0.1:9",
  };
  const { status } = await runRecon(["run", notebook, "--out", out], { env });
  expect(status).toBe(0);
  const html = readFileSync(join(out, "sample.html"), "utf8");
  expect(html).toContain("nothing listens at 127.0.0.1:9");
  expect(html).not.toContain("Cannot find module");
});
