import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyPlan } from "../../src/repair/apply-plan";
import { checkChain, readJournal } from "../../src/repair/journal";
import type { Plan } from "../../src/repair/plan";
import { rollBack } from "../../src/repair/roll-back";
import type { AppliedRun, ApplyRequest } from "../../src/repair/run-stage";
import { writePlan } from "../../src/repair/write-plan";
import { makeFolder } from "../cli/run-recon";
import { compileChild } from "../compile-child";
import { databaseKinds, startDatabase, type TestDatabase } from "../postgres/start-database";
import { KEY, repairWorld, subscriptionId, type World, type WorldOptions } from "./repair-world";

/** How often a process is killed in all; each stream of them has a database of its own. */
const KILLS = 200;
const STREAMS = 2;

const folder = makeFolder();
afterAll(() => folder.remove());

/** The rows that stand in the table and what the journal says of them: each is as planned before, or as written and on record. */
async function expectNothingHalf(world: World, plan: Plan): Promise<void> {
  const { rows } = await world.client.query<{ id: string; row: Record<string, unknown> }>(
    "SELECT id, to_jsonb(s) AS row FROM subscriptions AS s",
  );
  const now = new Map(
    rows.map(({ id, row }) => [id, row["status"] + String(row["quantity"]) + JSON.stringify(row["metadata"])]),
  );
  expect(now.size, "no row stands twice").toBe(rows.length);
  const changed = await changedIds(world.client);
  for (const { subscription_id: id, before, stripe } of plan.changes) {
    const metadata = (text: string | null | undefined): string => JSON.stringify(JSON.parse(text ?? "null"));
    const old =
      before === null ? undefined : before["status"] + String(before["quantity"]) + metadata(before["metadata"]);
    if (changed.has(id)) expect(now.get(id), `${id} is on record as changed`).not.toBe(old);
    else expect(now.get(id), `${id} is not on record`).toBe(old);
    if (changed.has(id) && stripe !== null) expect(now.get(id)?.startsWith(stripe.status)).toBe(true);
  }
}

/** Ids that the journal says were changed and not put back; each once. */
async function changedIds(client: Client): Promise<ReadonlySet<string>> {
  const { rows: there } = await client.query("SELECT to_regclass('reconciliation.journal') AS journal");
  if (there[0].journal === null) return new Set();
  const ids = new Set<string>();
  for (const { kind, subscription_id: id } of await readJournal(client)) {
    if (id === null) continue;
    if (kind === "change") expect(ids.has(id), `${id} is changed once`).toBe(false);
    if (kind === "change") ids.add(id);
    if (kind === "restored") ids.delete(id);
  }
  return ids;
}

describe.runIf(databaseKinds().includes("postgres"))("repair on a PostgreSQL server", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startDatabase("postgres");
  });
  afterAll(() => database.stop());

  const inWorld = async (
    options: WorldOptions,
    work: (world: World, plan: Plan, apply: (more?: Partial<ApplyRequest>) => Promise<AppliedRun>) => Promise<void>,
  ): Promise<void> => {
    const world = await repairWorld("postgres", { database, count: 100, ...options });
    try {
      const plan = await world.plan();
      const out = folder.free("run");
      await work(world, plan, (more) =>
        applyPlan({
          live: world.live,
          plan,
          confirm: plan.hash,
          out,
          operator: "a test",
          maxShare: 1,
          batch: 10,
          ...more,
        }),
      );
    } finally {
      await world.stop();
    }
  };

  /** The same call goes on, ends clean, and all of it can be undone. */
  const expectToEndWell = async (
    world: World,
    plan: Plan,
    before: string[],
    skipped: readonly string[] = [],
  ): Promise<void> => {
    const live = await world.connect();
    const request = { live, plan, confirm: plan.hash, out: folder.free("run"), operator: "a test", maxShare: 1 };
    const run = await applyPlan(request);
    expect(run).toMatchObject({
      state: "done",
      changed: plan.changes.length - skipped.length,
      verification: { result: "clean" },
    });
    await expectNothingHalf(world, plan);
    expect(await checkChain(world.client)).toMatchObject({ kind: "intact" });
    const undone = await rollBack({ client: live.client, runId: run.runId, deleteInserted: true, operator: "a test" });
    expect(undone.leftAlone).toEqual([]);
    if (skipped.length === 0) expect(await world.rows()).toEqual(before);
  };

  it("a connection that is cut leaves whole batches, and the same call goes on", async () => {
    await inWorld({}, async (world, plan, apply) => {
      const before = await world.rows();
      const cut = async (): Promise<void> => {
        const { rows } = await world.live.client.query("SELECT pg_backend_pid() AS pid");
        await world.client.query("SELECT pg_terminate_backend($1)", [rows[0].pid]);
      };
      const onProgress = (step: string): void => {
        if (step.startsWith("25 changed")) void cut().catch(() => undefined);
      };
      await expect(apply({ onProgress })).rejects.toMatchObject({ code: "database_lost", exitCode: 2 });
      await expectNothingHalf(world, plan);
      await expectToEndWell(world, plan, before);
    });
  });

  it("Stripe may fail half of the calls", async () => {
    await inWorld({ count: 40 }, async (world, plan, apply) => {
      const before = await world.rows();
      world.standIn.setFaults({ share: 0.5, kinds: ["500", "html502", "reset"], seed: 7 });
      const run = await apply().catch((error) => error);
      world.standIn.setFaults(undefined);
      await expectNothingHalf(world, plan);
      // A call that fails eleven times in a row ends the run; then the same call goes on.
      if (run instanceof Error) return expectToEndWell(world, plan, before);
      expect(run).toMatchObject({ state: "done", changed: plan.changes.length });
    });
  });

  it("what a webhook handler writes at the same time is never overwritten", async () => {
    await inWorld({ count: 200 }, async (world, plan, apply) => {
      const handler = await world.connect();
      const written = new Set<string>();
      let isRunning = true;
      const handle = async (): Promise<void> => {
        const ids = plan.changes.filter(({ action }) => action !== "insert").map((change) => change.subscription_id);
        for (let turn = 0; isRunning && turn < ids.length; turn++) {
          const id = ids[(turn * 37) % ids.length] as string;
          const { rowCount } = await handler.client.query(
            "UPDATE subscriptions SET quantity = 500, updated_at = clock_timestamp() WHERE id = $1",
            [id],
          );
          if (rowCount === 1) written.add(id);
          await wait(3);
        }
      };
      const handling = handle();
      // A row of the handler's makes the canary's verification find what it wrote after us: that stops the run, and is right.
      await apply({ batch: 3 }).catch((error) => expect(error.code).toBe("not_clean"));
      isRunning = false;
      await handling;
      const { rows } = await world.client.query("SELECT id FROM subscriptions WHERE quantity = 500");
      expect(new Set(rows.map(({ id }) => id)), "every write of the handler's stands").toEqual(written);
      expect(written.size).toBeGreaterThan(5);
      expect(await checkChain(world.client)).toMatchObject({ kind: "intact" });
    });
  });

  it("of two repairs at once, one is refused", async () => {
    await inWorld({}, async (world, plan, apply) => {
      const other = await world.connect();
      const both = await Promise.allSettled([apply(), apply({ live: other })]);
      const codes = both.map((each) => (each.status === "fulfilled" ? each.value.state : each.reason.code));
      expect(codes.sort()).toEqual(["done", "repair_running"]);
      await expectNothingHalf(world, plan);
    });
  });

  it("where the journal's disk is full, nothing is changed without an entry", async () => {
    await inWorld({}, async (world, plan, apply) => {
      const before = await world.rows();
      const controller = new AbortController();
      await apply({
        signal: controller.signal,
        onProgress: (step) => step.startsWith("5 changed") && controller.abort(),
      });
      await world.client.query(`
        CREATE FUNCTION reconciliation.full() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.kind = 'change' AND (SELECT count(*) FROM reconciliation.journal WHERE kind = 'change') >= 32 THEN
            RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
          END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON reconciliation.journal FOR EACH ROW EXECUTE FUNCTION reconciliation.full()`);
      await expect(apply()).rejects.toMatchObject({
        code: "database_failed",
        message: expect.stringContaining("No space left"),
      });
      await expectNothingHalf(world, plan);
      await world.client.query("DROP TRIGGER full_disk ON reconciliation.journal");
      await expectToEndWell(world, plan, before);
    });
  });

  it("rows that somebody holds are written once they are free, or left", async () => {
    await inWorld({ count: 40 }, async (world, _plan, apply) => {
      const other = await world.connect();
      await other.client.query("BEGIN");
      await other.client.query("SELECT FROM subscriptions WHERE id = $1 FOR UPDATE", [subscriptionId(3)]);
      const run = await apply();
      expect(run.skipped).toEqual([
        { subscription_id: subscriptionId(3), reason: "another session is writing the row" },
      ]);
      await other.client.query("ROLLBACK");
    });
  });

  it("a server that restarts leaves whole batches, and the same call goes on", async () => {
    await inWorld({}, async (world, plan, apply) => {
      if (database.restart === undefined) return expect(process.env["TEST_DATABASE_URL"]).toBeDefined();
      const before = await world.rows();
      let restarted: Promise<void> | null = null;
      const onProgress = (step: string): void => {
        if (step.startsWith("15 changed")) restarted = database.restart?.() ?? null;
      };
      await expect(apply({ onProgress })).rejects.toMatchObject({ exitCode: 2 });
      await restarted;
      const { client } = await world.connect();
      const again = { ...world, client } as World;
      await expectNothingHalf(again, plan);
      const rows = async (): Promise<string[]> =>
        (await client.query("SELECT t::text AS row FROM subscriptions AS t ORDER BY 1")).rows.map(({ row }) => row);
      await client.query("SET TimeZone = 'UTC'");
      await expectToEndWell({ ...again, rows }, plan, before);
    });
  });
});

describe.runIf(databaseKinds().includes("postgres"))("a repair that is killed", () => {
  let applyChild: Awaited<ReturnType<typeof compileChild>>;
  beforeAll(async () => {
    applyChild = await compileChild("repair/apply-child.ts");
  });
  afterAll(() => applyChild.remove());

  it(`${KILLS} times at random moments never leaves a row half done, and ends`, async () => {
    const streams = Array.from({ length: STREAMS }, (_, stream) => killedRepairs(stream, KILLS / STREAMS));
    const ended = await Promise.all(streams);
    expect(ended.reduce((sum, each) => sum + each.kills, 0)).toBe(KILLS);
    expect(
      ended.every((each) => each.midway > 0),
      "some were killed midway",
    ).toBe(true);
  }, 600_000);

  async function killedRepairs(
    stream: number,
    kills: number,
  ): Promise<{ readonly kills: number; readonly midway: number }> {
    const world = await repairWorld("postgres", { count: 120 });
    try {
      const before = await world.rows();
      const plan = await world.plan();
      const { plan: path } = await writePlan(plan, folder.free(`plan-${stream}`));
      let midway = 0;
      for (let killed = 0; killed < kills; ) {
        const child = startChild(world, path);
        const ended = once(child, "close");
        const outcome = await Promise.race([once(child.stdout as NodeJS.ReadableStream, "data"), ended]);
        expect(String(outcome[0]), "the child begins").toMatch(/^ready/);
        const isTime = await Promise.race([killMoment(child, killed), ended.then(() => false)]);
        if (isTime) child.kill("SIGKILL");
        const [code, signal] = await ended;
        // It may have ended by itself in that very moment.
        const isKilled = signal === "SIGKILL";
        if (isKilled) killed++;
        else expect(code).toBe(0);
        await quiet(world.client);
        await expectNothingHalf(world, plan);
        const changed = await changedIds(world.client);
        if (changed.size > 0 && changed.size < plan.changes.length) midway++;
        if (changed.size < plan.changes.length) continue;
        // All rows are written: the run is ended if it was not, undone, and begun anew.
        if (isKilled) await finish(world, plan);
        await undoLast(world);
        expect(await world.rows()).toEqual(before);
      }
      await finish(world, plan);
      await expectNothingHalf(world, plan);
      expect(await checkChain(world.client)).toMatchObject({ kind: "intact" });
      return { kills, midway };
    } finally {
      await world.stop();
    }
  }

  /** Some time after the start, or, on a machine of any speed, some batches into the work. */
  async function killMoment(child: ChildProcess, number: number): Promise<boolean> {
    if (number % 2 === 0) return wait(Math.random() * 900, true);
    let batches = 1 + Math.floor(Math.random() * 10);
    await new Promise<void>((resolve) =>
      child.stdout?.on("data", (text) => {
        batches -= String(text).split(" changed, ").length - 1;
        if (batches <= 0) resolve();
      }),
    );
    return wait(Math.random() * 30, true);
  }

  function startChild(world: World, plan: string): ChildProcess {
    const env = {
      ...process.env,
      STRIPE_API_KEY: KEY,
      STRIPE_API_BASE: world.standIn.url,
      DATABASE_URL: world.database.url,
    };
    return spawn(process.execPath, [applyChild.path, plan, folder.free("run")], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  /** Waits until the killed process' session is over: its transaction is rolled back by then. */
  async function quiet(client: Client): Promise<void> {
    for (;;) {
      const { rows } = await client.query(
        "SELECT count(*)::int AS others FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()",
      );
      if (rows[0].others === 0) return;
      await wait(10);
    }
  }

  async function finish(world: World, plan: Plan): Promise<void> {
    const request = {
      live: world.live,
      plan,
      confirm: plan.hash,
      out: folder.free("run"),
      operator: "a test",
      maxShare: 1,
    };
    const run = await applyPlan(request).catch((error) => error);
    if (run instanceof Error) expect((run as Error & { code?: string }).code).toBe("applied_already");
    else expect(run).toMatchObject({ state: "done", changed: plan.changes.length });
  }

  async function undoLast(world: World): Promise<void> {
    const { rows } = await world.client.query(
      "SELECT run_id FROM reconciliation.journal WHERE kind = 'run_started' ORDER BY seq DESC LIMIT 1",
    );
    const undone = await rollBack({
      client: world.live.client,
      runId: rows[0].run_id,
      deleteInserted: true,
      operator: "a test",
    });
    expect(undone).toMatchObject({ state: "done", leftAlone: [] });
  }
});
