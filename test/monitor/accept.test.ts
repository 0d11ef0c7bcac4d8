import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openHistory } from "../../src/monitor/history";
import type { Acceptance } from "../../src/monitor/history-event";
import { recordRun } from "../../src/monitor/record-run";
import type { RunRecord } from "../../src/monitor/run-record";
import { type Found, readFound } from "../../src/reconcile/read-found";
import { reconcile } from "../../src/reconcile/reconcile";
import { type Answer, makeFolder, runRecon, theMessage } from "../cli/run-recon";

const folder = makeFolder();
const [reports, report] = [folder.free("reports"), folder.free("report")];
const recording = { databaseUrl: undefined, reports, trigger: "cron", scope: "all" } as const;
let found: readonly Found[];
afterAll(folder.remove);

async function run(finishedAt = new Date()): Promise<RunRecord> {
  const files = { stripe: join("data", "stripe_subscriptions.json"), database: join("data", "db_subscriptions.csv") };
  const { summary } = await reconcile({ ...files, out: report });
  const finished = { summary, findings: null, directory: report, startedAt: finishedAt, finishedAt, stripeCalls: null };
  return (await recordRun(recording, finished)).record as RunRecord;
}

async function acceptances(): Promise<Acceptance[]> {
  const history = await openHistory({ databaseUrl: undefined, reports, toWrite: false });
  return (await history.events()) as Acceptance[];
}

function accept(...args: string[]): Promise<Answer> {
  return runRecon(["accept", ...args], { env: { RECON_REPORTS: reports, RECON_OPERATOR: "kim" } });
}

beforeAll(async () => {
  await run();
  found = (await readFound(report)).filter(({ disposition }) => disposition === "actionable");
});

describe("recon accept", () => {
  it("accepts what the newest report found, so long; then it is new again", async () => {
    const [tenant] = found.filter(({ kind, tenant_id }) => kind === "status_mismatch" && tenant_id !== null);
    const tenantId = tenant?.tenant_id ?? "";
    const those = found.filter((each) => each.kind === "status_mismatch" && each.tenant_id === tenantId);
    const answer = await accept(
      "--kind",
      "status_mismatch",
      "--tenant",
      tenantId,
      "--why",
      "until the migration",
      "--until",
      "30d",
    );
    expect(answer.stderr).toMatch(new RegExp(`^${those.length} discrepanc(y|ies) accepted until \\S+Z by kim\\.\n$`));
    expect(answer.status).toBe(0);
    const [accepted] = await acceptances();
    expect(accepted).toMatchObject({
      who: "kim",
      why: "until the migration",
      run_id: expect.stringMatching(/^\d{8}T/),
      discrepancies: those.map(({ subscription_id, kind }) => ({ subscription_id, kind })),
    });
    const days = (Date.parse(accepted?.until ?? "") - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThan(30.1);
    expect((await run()).accepted?.status_mismatch).toBe(those.length);
    expect((await run(new Date(Date.now() + 31 * 86_400_000))).accepted?.status_mismatch).toBe(0);

    const listed = await accept("--list");
    expect(listed.stdout.trim().split("\n")).toHaveLength(those.length);
    expect(listed.stdout).toContain(`${those[0]?.subscription_id}  status_mismatch  until `);
    expect(listed.stdout).toContain("kim: until the migration");
  });

  it("takes back what was accepted", async () => {
    const { subscription_id: id } = found.find(({ kind }) => kind === "missing_in_database") as Found;
    await accept(id, "--why", "known", "--until", "2w", "--report", report);
    expect((await accept("--list")).stdout).toContain(id);
    const answer = await accept(id, "--revoke", "--why", "not known after all");
    expect(answer.stderr).toBe("1 discrepancy no longer accepted, by kim.\n");
    expect((await accept("--list")).stdout).not.toContain(id);
    expect(await acceptances()).toHaveLength(3);
  });

  it.each<[string[], RegExp]>([
    [["--why", "x", "--until", "30d"], /needs ids of subscriptions, --kind or --tenant/],
    [["sub_1", "--until", "30d"], /needs --why/],
    [["sub_1", "--why", "", "--until", "30d"], /--why/],
    [["sub_1", "--why", "x"], /needs --until/],
    [["sub_1", "--why", "x", "--until", "soon"], /expected a day such as/],
    [["sub_1", "--why", "x", "--until", "2026-13-45"], /expected a day such as/],
    [["sub_1", "--why", "x", "--until", "2020-01-01"], /that time has passed/],
    [["sub_1", "--why", "x", "--until", "400d"], /more than a year away/],
    [["sub_nobody's", "--why", "x", "--until", "30d"], /nothing actionable was found there of sub_nobody's/],
    [
      ["--tenant", "nobody", "--why", "x", "--until", "30d"],
      /nothing actionable was found there of what was asked for/,
    ],
    [["--kind", "status", "--why", "x", "--until", "30d"], /--kind.*status_mismatch/],
    [["sub_1", "--report", "no-such-folder", "--why", "x", "--until", "30d"], /no-such-folder.*there is no such file/],
    [
      ["sub_1", "--scope", "tenant_id=a", "--why", "x", "--until", "30d"],
      /No reconciliation of tenant_id=a is on record/,
    ],
    [["sub_1", "--revoke", "--why", "x", "--until", "30d"], /--revoke takes ids and --kind alone/],
    [["sub_1", "--revoke", "--why", "x"], /Nothing of what was asked for is accepted/],
  ])("%j is refused with one message", async (args, says) => {
    const answer = await accept(...args);
    expect(theMessage(answer)).toMatch(says);
    expect(answer.status).toBe(2);
  });
});
