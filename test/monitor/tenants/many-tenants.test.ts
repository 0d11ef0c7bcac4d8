import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { exportByTenants, TENANTS_FILE, tenantsSchema } from "../../../src/monitor/tenants/export-by-tenants";
import { exportSides } from "../../../src/reconcile/live/export-sides";
import { reconcile } from "../../../src/reconcile/reconcile";
import { databaseKinds } from "../../postgres/start-database";
import { type TenantWorld, tenantWorld } from "./tenant-world";
import { startWorker, type WorkerProcess } from "./workers";

const folder = mkdtempSync(join(tmpdir(), "recon-tenants-"));
const isPossible = databaseKinds().includes("postgres");
const TENANTS = 200;
const PERIOD = new Date("2026-11-30T06:00:00Z");
let world: TenantWorld;
const workers: WorkerProcess[] = [];
beforeAll(async () => {
  world = await tenantWorld(TENANTS);
  Object.assign(process.env, world.env);
});
afterAll(async () => {
  for (const worker of workers) await worker.stop();
  await world.stop();
  for (const name of Object.keys(world.env)) delete process.env[name];
  rmSync(folder, { recursive: true });
});

/** Who is at a tenant now: the process of the worker and its lock, by which the tenant is known. */
const AT_WORK = `
  SELECT replace(application_name, 'recon worker ', '')::int AS pid, objid::text AS lock
  FROM pg_locks
  JOIN pg_stat_activity USING (pid)
  WHERE locktype = 'advisory' AND granted AND application_name LIKE 'recon worker %'`;

/** Which tenant has a lock. */
const LOCKED_TENANT = `
  SELECT DISTINCT tenant
  FROM reconciliation.tenant_parts
  WHERE hashtext(run_id || ' ' || tenant)::int8 & 4294967295 = $1::int8`;

async function resultsSoFar(): Promise<number> {
  const { rows } = await world.client.query("SELECT count(*)::int AS done FROM reconciliation.tenant_results");
  return rows[0].done;
}

/** Kills one of the workers while it is at a tenant, once so many are done, and tells which one and at what. */
async function killAtWork(done: number): Promise<{ readonly pid: number; readonly tenant: string }> {
  for (;;) {
    const { rows } = await world.client.query(AT_WORK);
    if (rows.length === 0 || (await resultsSoFar()) < done) {
      await wait(50);
      continue;
    }
    const victim = rows[Math.floor(Math.random() * rows.length)] as { pid: number; lock: string } | undefined;
    const worker = workers.find(({ process }) => process.pid === victim?.pid);
    if (victim !== undefined && worker !== undefined) {
      process.kill(victim.pid, "SIGSTOP");
      const { rows: still } = await world.client.query(AT_WORK);
      const { rows: tenants } = await world.client.query(LOCKED_TENANT, [victim.lock]);
      const isAtIt = still.some(({ pid, lock }) => pid === victim.pid && lock === victim.lock);
      const { rows: finished } = await world.client.query(
        "SELECT FROM reconciliation.tenant_results WHERE tenant = $1",
        [tenants[0]?.tenant],
      );
      if (isAtIt && finished.length === 0) {
        await worker.kill();
        return { pid: victim.pid, tenant: tenants[0].tenant };
      }
      process.kill(victim.pid, "SIGCONT");
    }
    await wait(50);
  }
}

/** Every row of every table that the workers have in common, as text. */
async function everything(): Promise<string> {
  const { rows: tables } = await world.client.query(
    "SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables WHERE table_schema LIKE 'reconciliation%'",
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await world.client.query(`SELECT t::text AS row FROM ${name} AS t`);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join("\n");
}

it.skipIf(!isPossible)(
  `${TENANTS} tenants over 4 workers, two of them killed: each reconciled once, together what one big run finds`,
  async () => {
    const big = await exportSides({ out: join(folder, "big"), graceSeconds: 0, rate: 500 });
    const whole = await reconcile({ ...big, out: join(folder, "whole") });

    for (let index = 0; index < 4; index++) workers.push(startWorker(world.env));
    const out = join(folder, "tenants");
    const notices: string[] = [];
    const options = { out, graceSeconds: 1, rate: 500, period: PERIOD, onNotice: (text: string) => notices.push(text) };
    const exporting = exportByTenants(options);
    const killed = [await killAtWork(5 + Math.random() * 40), await killAtWork(60 + Math.random() * 80)];
    const underWay = await everything();
    const { stripe, database, results, stripeCalls } = await exporting;

    expect(results.map(({ tenant }) => tenant)).toEqual([...world.tenants].sort());
    for (const { pid, tenant } of killed) {
      const result = results.find((each) => each.tenant === tenant);
      expect(result, `${tenant}, which the killed ${pid} was at`).toBeDefined();
      expect(result?.worker.endsWith(` ${pid}`)).toBe(false);
    }
    const { rows: kept } = await world.client.query(
      "SELECT tenant, count(*)::int AS results FROM reconciliation.tenant_results GROUP BY tenant",
    );
    expect(kept).toHaveLength(TENANTS + 1);
    expect(kept.every((row) => row.results === 1)).toBe(true);

    const gathered = await reconcile({ stripe, database, out: join(folder, "gathered") });
    for (const name of ["discrepancies.csv", "population.csv"])
      expect(readFileSync(join(folder, "gathered", name), "utf8"), name).toBe(
        readFileSync(join(folder, "whole", name), "utf8"),
      );
    expect(gathered.summary.counts).toEqual(whole.summary.counts);
    const tenants = tenantsSchema.parse(JSON.parse(readFileSync(join(out, TENANTS_FILE), "utf8")));
    const lines =
      readFileSync(join(folder, "whole", "discrepancies.csv"), "utf8")
        .trim()
        .split("\n").length - 1;
    expect(tenants).toMatchObject({ period: "2026-11-30T06:00:00Z", found: lines, differing: 0 });
    const sum = (of: (result: (typeof results)[0]) => number): number =>
      results.reduce((all, each) => all + of(each), 0);
    expect(sum(({ summary }) => summary.affected_subscriptions)).toBe(whole.summary.affected_subscriptions);
    expect(sum(({ summary }) => summary.counts.stripe)).toBe(whole.summary.counts.stripe);
    expect(sum(({ summary }) => summary.counts.database)).toBe(whole.summary.counts.database);

    const asked = world.standIn.requests.filter(({ path }) => path.startsWith("/v1/subscriptions/")).length;
    expect(stripeCalls).toBeGreaterThan(100);
    expect(asked).toBeGreaterThan(100);
    const closed = await everything();
    for (const text of [underWay, closed, notices.join("\n"), ...workers.map(({ said }) => said())])
      for (const secret of [world.env["STRIPE_API_KEY"], "open sesame", encodeURIComponent("open sesame")])
        expect(text).not.toContain(secret);
    expect(underWay).toContain("tenant_100");
    // What is kept afterwards is who did what: no subscription, no customer.
    expect(closed).not.toMatch(/sub_1AAAAA|cus_/);
    for (const worker of workers.filter(({ process }) => process.signalCode === null))
      expect(await worker.stop()).toBe(0);

    await expect(exportByTenants(options)).rejects.toThrow("was reconciled already");
  },
  600_000,
);
