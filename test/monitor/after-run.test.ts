import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Audience, afterRun } from "../../src/monitor/after-run";
import { type OpenHistory, openHistory } from "../../src/monitor/history";
import { notificationSchema } from "../../src/monitor/notification";
import type { RunRecord } from "../../src/monitor/run-record";
import { makeFolder } from "../cli/run-recon";
import { type HookServer, startHookServer } from "./hook-server";
import { type RecordParts, runRecord } from "./records";

const SECRET = "a secret of enough characters";
const folder = makeFolder();
let server: HookServer;
beforeAll(async () => {
  server = await startHookServer();
});
afterAll(async () => {
  await server.close();
  folder.remove();
});

/** Runs one after the other, each put on record and told; gives back what was said and why the hook was told. */
async function tellOf(parts: readonly RecordParts[], audience: Audience, signal?: AbortSignal) {
  server.received.length = 0;
  const reports = folder.free("reports");
  const history: OpenHistory = await openHistory({ databaseUrl: undefined, reports, toWrite: true });
  const notices: string[] = [];
  let hour = 0;
  for (const each of parts) {
    const started_at = `2026-11-02T${String(hour++).padStart(2, "0")}:00:00Z`;
    const record: RunRecord = runRecord({ started_at, ...each });
    await history.append(record);
    await afterRun(record, {
      ...{ audience, period: null, signal, place: { databaseUrl: undefined, reports } },
      now: () => new Date(started_at),
      onNotice: (sentence) => notices.push(sentence),
    });
  }
  const told = server.received.map(({ body }) => notificationSchema.strict().parse(JSON.parse(body)));
  return { notices, told, history };
}

describe("after a run", () => {
  const url = (): Audience => ({ url: { url: server.url, secret: SECRET } });

  it("the hook is told of what is new, once", async () => {
    const { told, notices } = await tellOf([{}, { affected: 3 }, { affected: 3 }, { affected: 5 }, {}], url());
    expect(notices).toEqual([]);
    expect(told.map(({ reasons, new_findings }) => [...reasons, new_findings])).toEqual([
      ["new_findings", "grown", 3],
      ["new_findings", "grown", 2],
      ["resolved", 0],
    ]);
    expect(told[0]).toMatchObject({ runbook: "Data Reconciliation Mismatch", affected_subscriptions: 3 });
  });

  it("a hook that could not be told is told by the next run", async () => {
    server.answers.push(400, 204);
    const { told, notices, history } = await tellOf([{}, { affected: 3 }, { affected: 3 }, { affected: 3 }], url());
    expect(notices).toEqual(["Note: The hook was not told: it answered 400. The next run tells it again."]);
    expect(told.map(({ run_id, new_findings }) => [run_id.slice(9, 11), new_findings])).toEqual([
      ["01", 3],
      ["02", 3],
    ]);
    expect((await history.events()).map(({ event }) => event)).toEqual(["undelivered"]);
  });

  it("what is told says nothing of who, and names the runbook of a failure", async () => {
    const secret = "Tenant-of-Kim";
    const message = `postgres://${secret}: no connection. See the "Database Connection Failure" runbook.`;
    const records = [
      { scope: `tenant_id=${secret}`, affected: 3, by_tenant: [{ tenant: secret, actionable: 3 }] },
      { scope: `tenant_id=${secret}`, outcome: "failed", message } as const,
    ];
    const { told } = await tellOf(records, url());
    expect(told.map(({ runbook }) => runbook)).toEqual(["Data Reconciliation Mismatch", "Database Connection Failure"]);
    const sent = server.received.map(({ body }) => body).join();
    expect(sent).not.toMatch(/Kim|tenant_id/);
    for (const fingerprint of runRecord({ affected: 3 }).fingerprints?.open ?? [])
      expect(sent).not.toContain(fingerprint);
  });

  it("other scopes and other sources are other stories", async () => {
    const { told } = await tellOf(
      [{ affected: 3 }, { affected: 3, scope: "tenant_id=a" }, { affected: 3, source: "files" }, { affected: 3 }],
      url(),
    );
    expect(told).toHaveLength(3);
  });

  it("a command is told the same, and a stop leaves it to the next run", async () => {
    const file = folder.free("told");
    await tellOf([{ affected: 3 }, { affected: 3 }], { command: `cat >> '${file}'; echo >> '${file}'` });
    expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(1);
    const stopped = new AbortController();
    stopped.abort();
    const other = folder.free("not-told");
    const { history } = await tellOf([{ affected: 3 }], { command: `touch '${other}'` }, stopped.signal);
    expect(existsSync(other)).toBe(false);
    expect((await history.events()).map(({ event }) => event)).toEqual(["undelivered"]);
  });

  it("the metrics are up to date, also of failures; one that cannot be written is a note", async () => {
    const textfile = folder.free("recon.prom");
    await tellOf([{ affected: 3 }, { outcome: "failed" }], { textfile });
    const text = readFileSync(textfile, "utf8");
    expect(text).toContain('subscription_reconciliation_runs{outcome="failed",scope="all"} 1');
    expect(text).toContain("subscription_mismatch_new");
    const { notices, told } = await tellOf([{ affected: 3 }], { textfile: join(textfile, "x"), ...url() });
    expect(notices).toEqual([expect.stringMatching(/^Note: the metrics were not written: .*x/)]);
    expect(told).toHaveLength(1);
  });
});
