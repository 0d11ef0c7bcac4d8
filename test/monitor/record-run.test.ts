import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fingerprintOf } from "../../src/monitor/fingerprint";
import { HISTORY_FILE, type OpenHistory, openHistory } from "../../src/monitor/history";
import { recordRun } from "../../src/monitor/record-run";
import type { RunRecord } from "../../src/monitor/run-record";
import { readFound } from "../../src/reconcile/read-found";
import { reconcile } from "../../src/reconcile/reconcile";
import { makeFolder, runRecon, theMessage } from "../cli/run-recon";

const SAMPLE = ["--stripe", "data/stripe_subscriptions.json", "--database", "data/db_subscriptions.csv"];
const folder = makeFolder();
afterAll(folder.remove);

function historyOf(reports: string): Promise<OpenHistory> {
  return openHistory({ databaseUrl: undefined, reports, toWrite: true });
}

async function recordsIn(reports: string): Promise<RunRecord[]> {
  return (await historyOf(reports)).read();
}

describe("a run on record", () => {
  it("tells what was found, and what of it was accepted", async () => {
    const [out, reports] = [folder.free("out"), folder.free("reports")];
    const startedAt = new Date("2026-11-02T06:00:00Z");
    const files = { stripe: join("data", "stripe_subscriptions.json"), database: join("data", "db_subscriptions.csv") };
    const recording = { databaseUrl: undefined, reports, trigger: "cron", scope: "all" } as const;
    const history = await historyOf(reports);
    const record = async (runId: string, finishedAt: Date): Promise<RunRecord> => {
      const { summary } = await reconcile({ ...files, out, runId });
      const run = { summary, findings: null, directory: out, startedAt, finishedAt, stripeCalls: 7 };
      expect(await recordRun(recording, run)).toMatchObject({ notes: [], record: { run_id: runId } });
      return (await history.read({ runId }))[0] as RunRecord;
    };
    const first = await record("first", new Date("2026-11-02T06:01:00.7Z"));
    expect(first).toMatchObject({
      trigger: "cron",
      started_at: "2026-11-02T06:00:00Z",
      finished_at: "2026-11-02T06:01:00Z",
      outcome: "finished",
      verdict: "discrepancies",
      source: "live",
      stripe_calls: 7,
      report: resolve(out),
      causes: null,
    });
    const found = (await readFound(out)).filter(({ disposition }) => disposition === "actionable");
    const all = found.map((each) => fingerprintOf(each.subscription_id, each.kind)).sort();
    expect(all.length).toBeGreaterThan(100);
    expect(first.fingerprints).toEqual({ open: all, accepted: [] });
    expect(first.by_tenant?.reduce((sum, { actionable }) => sum + actionable, 0)).toBe(found.length);
    const ofKind = found.filter(({ kind }) => kind === "status_mismatch");
    expect(first.counts?.status_mismatch.actionable).toBe(ofKind.length);

    const [one, other] = ofKind.map(({ subscription_id }) => ({ subscription_id, kind: "status_mismatch" as const }));
    const accept = (each: typeof one, at: string, until: string): Promise<void> =>
      history.addEvent({
        ...{ event: "accepted", who: "kim", why: "known", run_id: "first" },
        ...{ at, until, discrepancies: each === undefined ? [] : [each] },
      });
    await accept(one, "2026-11-02T07:00:00Z", "2026-11-02T09:00:00Z");
    await accept(other, "2026-11-02T07:00:00Z", "2026-11-09T00:00:00Z");
    await accept(other, "2026-11-02T07:30:00Z", "2026-11-02T07:30:00Z");
    const second = await record("second", new Date("2026-11-02T08:00:00Z"));
    const theOne = fingerprintOf(one?.subscription_id ?? "", "status_mismatch");
    expect(second.accepted).toEqual({ ...first.accepted, status_mismatch: 1 });
    expect(second.fingerprints).toEqual({ open: all.filter((each) => each !== theOne), accepted: [theOne] });
    expect(second.affected_subscriptions).toBe(first.affected_subscriptions);
    const third = await record("third", new Date("2026-11-02T10:00:00Z"));
    expect(third.fingerprints).toEqual(first.fingerprints);
  });
});

describe("recon report puts its run on record", () => {
  it("also when it failed", async () => {
    const reports = folder.free("reports");
    const args = ["report", "--stripe", "no-such-file.json", "--database", "data/db_subscriptions.csv"];
    const schedule = { RECON_TRIGGER: "cron", RECON_RUN_ID: "20261102T060000Z-0000abcd" };
    const answer = await runRecon(args, { env: { RECON_REPORTS: reports, ...schedule } });
    expect(answer.status).toBe(2);
    const [record, ...others] = await recordsIn(reports);
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      ...{ run_id: "20261102T060000Z-0000abcd", trigger: "cron", scope: "all", source: "files" },
      ...{ outcome: "failed", verdict: null, fingerprints: null },
    });
    expect(record?.message).toContain("no-such-file.json: there is no such file.");
    expect(answer.stderr).toContain(`recon: ${record?.message}\n`);
    const checked = await runRecon(["check", "--reports", reports, "--json"]);
    expect(checked.stdout).toContain("The last reconciliation failed 0 min ago");
    const listed = await runRecon(["history"], { env: { RECON_REPORTS: reports } });
    expect(listed.stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d {2}cron {5}failed +all {2}no-such-file\.json: /);
    const json = await runRecon(["history", "--json"], { env: { RECON_REPORTS: reports } });
    expect(JSON.parse(json.stdout)).toEqual(record);
  });

  it("unless it is not to", async () => {
    const reports = folder.free("reports");
    const args = ["report", "--stripe", "no-such-file.json", "--database", "data/db_subscriptions.csv", "--no-history"];
    expect((await runRecon(args, { env: { RECON_REPORTS: reports } })).status).toBe(2);
    expect(existsSync(join(reports, HISTORY_FILE))).toBe(false);
  });

  it("and does not fail when it cannot", async () => {
    const [out, reports] = [folder.free("out"), folder.write("file", "")];
    const env = { RECON_REPORTS: join(reports, "reports"), DATABASE_URL: "postgres://a:hemligt@127.0.0.1:9/x" };
    const answer = await runRecon(["report", ...SAMPLE, "--out", out], { env });
    expect(answer.status).toBe(1);
    expect(answer.stderr).toMatch(/^Note: This run is not on record in the history: .*a part of that path is a file/m);
    expect(answer.stderr).not.toMatch(/hemligt|^recon:/m);
    expect(existsSync(join(out, "manifest.json"))).toBe(true);
  }, 300_000);
});

it.each([
  [["history", "prune"], {}, /--older-than/],
  [["history", "prune", "--older-than", "400"], {}, /such as 36h, 400d or 8w/],
  [["history", "--last", "0"], {}, /above 0/],
  [["report", ...SAMPLE], { RECON_TRIGGER: "me" }, /RECON_TRIGGER is "me": expected one of by_hand, cron/],
  [["report", ...SAMPLE], { RECON_RUN_ID: "../x" }, /RECON_RUN_ID is/],
  [["history"], { RECON_REPORTS: "changed" }, /history\.ndjson, line 1/],
])("recon %j is refused with one message", async (args, env, says) => {
  const reports = folder.free("reports");
  if ("RECON_REPORTS" in env) {
    const history = await historyOf(reports);
    await history.addEvent({ event: "undelivered", at: "2026-11-02T08:00:00Z", run_id: "run" });
    writeFileSync(join(reports, "history.ndjson"), "{}\n");
  }
  const answer = await runRecon(args, { env: { ...env, RECON_REPORTS: reports } });
  expect(theMessage(answer)).toMatch(says);
  expect(answer.status).toBe(2);
});
