import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awaitTenants } from "../../../src/monitor/tenants/await-tenants";
import type { TenantResult } from "../../../src/monitor/tenants/reconcile-tenant";
import { type Line, reopeningLine } from "../../../src/monitor/tenants/reopening-line";
import { lockHolder } from "../../../src/monitor/tenants/tenant-lock";
import { FAILED, openQueue } from "../../../src/monitor/tenants/tenant-queue";
import {
  acceptResult,
  closeRun,
  countResults,
  dropRun,
  factsFor,
  openRun,
  openStore,
  putFacts,
} from "../../../src/monitor/tenants/tenant-store";
import { databaseKinds, startDatabase, type TestDatabase } from "../../postgres/start-database";

const NOW = { startedAt: new Date(), finishedAt: new Date() };
let database: TestDatabase;
let line: Line;
const clients: Client[] = [];
beforeAll(async () => {
  database = await startDatabase(databaseKinds().at(-1) ?? "pglite");
  line = reopeningLine(connect);
  await openStore(line);
  await openStore(line);
});
afterAll(async () => {
  await line.end();
  for (const client of clients) await client.end().catch(() => undefined);
  await database.stop();
});

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  client.on("error", () => undefined);
  await client.connect();
  clients.push(client);
  return client;
}

/** A result that is told by the number of subscriptions it calls affected. */
function resultWith(affected: number): TenantResult {
  return { summary: { affected_subscriptions: affected }, answers: null, discrepancies: Buffer.from("x") } as never;
}

const accept = (run: string, tenant: string, affected: number): Promise<boolean> =>
  acceptResult(line.query, run, tenant, `worker ${affected}`, resultWith(affected), NOW);

describe("the results of tenants", () => {
  it("the first one counts; a later one replaces nothing", async () => {
    await openRun(line, "run 1", "2026-11-30T01:00:00Z");
    await putFacts(line, "run 1", { version: 1 } as never);
    expect(await factsFor(line, "run 1", "a")).toEqual({ version: 1 });
    expect(await Promise.all([accept("run 1", "a", 1), accept("run 1", "b", 1)])).toEqual([true, true]);
    expect(await accept("run 1", "a", 2)).toBe(false);
    expect(await factsFor(line, "run 1", "a"), "there is nothing left to do").toBeNull();
    const { rows } = await line.query(
      "SELECT worker, summary FROM reconciliation.tenant_results WHERE run_id = 'run 1' AND tenant = 'a'",
    );
    expect(rows).toEqual([{ worker: "worker 1", summary: { affected_subscriptions: 1 } }]);
  });

  it("a worker that comes late to a run that is closed or dropped has nothing to do, and is not accepted", async () => {
    await openRun(line, "run 2", "2026-11-30T02:00:00Z");
    await putFacts(line, "run 2", { version: 1 } as never);
    await closeRun(line, "run 2");
    expect(await factsFor(line, "run 2", "a")).toBeNull();
    expect(await accept("run 2", "a", 1)).toBe(false);
    await openRun(line, "run 3", "2026-11-30T03:00:00Z");
    await dropRun(line, "run 3");
    expect(await accept("run 3", "a", 1)).toBe(false);
    expect(await accept("no such run", "a", 1)).toBe(false);
  });

  it("a period is reconciled once; one that was broken off begins anew", async () => {
    await expect(openRun(line, "run 4", "2026-11-30T02:00:00Z")).rejects.toMatchObject({ code: "period_done" });
    await openRun(line, "run 5", "2026-11-30T05:00:00Z");
    await accept("run 5", "a", 1);
    await openRun(line, "run 6", "2026-11-30T05:00:00Z");
    expect(await accept("run 5", "b", 1)).toBe(false);
    expect(await accept("run 6", "a", 1)).toBe(true);
    expect(await countResults(line, "run 6")).toBe(1);
    await expect(countResults(line, "run 5")).rejects.toMatchObject({ code: "run_dropped" });
  });

  it("facts of another version are refused", async () => {
    await openRun(line, "run 7", "2026-11-30T07:00:00Z");
    await putFacts(line, "run 7", { version: 2 } as never);
    await expect(factsFor(line, "run 7", "a")).rejects.toMatchObject({ code: "other_version" });
  });
});

it("a lock is held by one worker, and goes with it", async () => {
  const [ours, theirs] = [await lockHolder(await connect()), await lockHolder(await connect())];
  expect(await ours.take("run", "a")).toBe(true);
  expect(await theirs.take("run", "a")).toBe(false);
  expect(await theirs.take("run", "b")).toBe(true);
  await ours.close();
  while (!(await theirs.take("run", "a"))) await new Promise((resolve) => setTimeout(resolve, 10));
  await theirs.release("run", "a");
  await theirs.close();
});

it("a tenant that failed for good ends its run, and no other", async () => {
  const boss = await openQueue(line);
  try {
    await openRun(line, "run 8", "2026-11-30T08:00:00Z");
    await boss.send(FAILED, { run_id: "another run", tenant: "x" });
    await boss.send(FAILED, { run_id: "run 8", tenant: "a" });
    await expect(awaitTenants(line, boss, "run 8", 2, new Date(), {})).rejects.toMatchObject({
      code: "tenant_failed",
      message: expect.stringContaining('The tenant "a" could not be reconciled: its worker died each time.'),
    });
  } finally {
    await boss.stop({ graceful: false });
  }
});

it.skipIf(!databaseKinds().includes("postgres"))(
  "workers that start at once make the tables and the queue together",
  async () => {
    const client = await connect();
    for (const name of ["first", "second", "third"]) {
      await client.query(`CREATE DATABASE ${name}`);
      const url = database.url.replace(/[^/]*$/, name);
      const opening = Array.from({ length: 4 }, async () => {
        const own = reopeningLine(async () => {
          const other = new Client({ connectionString: url });
          other.on("error", () => undefined);
          return other.connect();
        });
        await openStore(own);
        const boss = await openQueue(own);
        await boss.stop({ graceful: false });
        await own.end();
      });
      await Promise.all(opening);
    }
  },
);

it("a connection that was lost is opened again for the next statement, and nothing is left open by one that failed", async () => {
  const own = reopeningLine(connect);
  const { rows } = await own.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  await expect(own.query("BEGIN; SELECT 1 / 0; COMMIT")).rejects.toThrow("division by zero");
  expect((await own.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await line.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]).catch(() => undefined);
  await own.query("SELECT 1").catch(() => undefined);
  expect((await own.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  await own.end();
});
