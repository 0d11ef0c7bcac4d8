import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyPlan } from "../../src/repair/apply-plan";
import type { Plan } from "../../src/repair/plan";
import { type RolledBack, rollBack } from "../../src/repair/roll-back";
import type { AppliedRun } from "../../src/repair/run-stage";
import type { Config } from "../../src/sources/config";
import { makeFolder } from "../cli/run-recon";
import { databaseKinds, startDatabase, type TestDatabase } from "../postgres/start-database";
import { type Row, repairWorld, subscriptionId, type World, type WorldOptions } from "./repair-world";

const folder = makeFolder();
/** A server where there is one: PGlite is the same PostgreSQL. */
const KIND = databaseKinds().at(-1) ?? "pglite";
let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase(KIND);
});
afterAll(async () => {
  await database.stop();
  folder.remove();
});

const DEFAULT = `
  id text PRIMARY KEY, customer_id text, tenant_id text, status text NOT NULL, price_id text, quantity int, currency text,
  metadata jsonb, current_period_start timestamptz, current_period_end timestamptz, trial_end timestamptz,
  cancel_at_period_end boolean NOT NULL DEFAULT false, canceled_at timestamptz, ended_at timestamptz, archived_at timestamptz,
  livemode boolean, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL`;

/** The default table with columns of other types, or more of them. */
function tableWith(changes: Readonly<Record<string, string>>, more = ""): string {
  const columns = Object.entries(changes).reduce(
    (text, [name, type]) => text.replace(new RegExp(`\\b${name} [A-Za-z ]+?(?=,|$)`, "m"), `${name} ${type}`),
    DEFAULT,
  );
  return `CREATE TABLE subscriptions (${columns}${more});`;
}

async function inWorld(
  options: WorldOptions,
  work: (
    world: World,
    plan: Plan,
    apply: () => Promise<AppliedRun>,
    undo: (runId: string) => Promise<RolledBack>,
  ) => Promise<void>,
): Promise<void> {
  const world = await repairWorld(KIND, { count: 20, database, ...options });
  try {
    const plan = await world.plan();
    const request = {
      live: world.live,
      plan,
      confirm: plan.hash,
      out: folder.free("run"),
      operator: "a test",
      maxShare: 1,
    };
    const undo = (runId: string): Promise<RolledBack> =>
      rollBack({ client: world.live.client, runId, deleteInserted: true, operator: "a test" });
    await work(world, plan, () => applyPlan(request), undo);
  } finally {
    await world.stop();
  }
}

/** Applies, verifies, rolls back: the table is as it was. */
async function thereAndBack(options: WorldOptions, changed = 10): Promise<void> {
  await inWorld(options, async (world, _plan, apply, undo) => {
    const before = await world.rows();
    const run = await apply();
    expect(run.skipped).toEqual([]);
    expect(run).toMatchObject({ changed, verification: { result: "clean" } });
    expect((await world.plan()).changes).toEqual([]);
    expect(await undo(run.runId)).toMatchObject({ leftAlone: [], notAsBefore: [] });
    expect(await world.rows()).toEqual(before);
  });
}

const numbered = (row: Row): Row => ({ ...row, status: "1" });
const mapped = (more: Config["database"]): Config => ({
  database: {
    columns: {
      id: "id",
      status: "status",
      customer_id: "customer_id",
      tenant_id: "tenant_id",
      quantity: "quantity",
      metadata: "metadata",
      created: "created_at",
      updated: "updated_at",
    },
    insert: { livemode: { value: "true" } },
    ...more,
  },
});

describe("there and back", () => {
  it.each<[string, WorldOptions]>([
    [
      "an enum",
      { table: `CREATE TYPE word AS ENUM ('active', 'canceled', 'archived');${tableWith({ status: "word" })}` },
    ],
    [
      "a status of integers",
      {
        table: tableWith({ status: "smallint" }),
        rowOf: numbered,
        config: mapped({ statuses: { 1: "active", 2: "canceled" }, archived: "9" }),
      },
    ],
    [
      "a status with a check",
      { table: tableWith({ status: "varchar(12) CHECK (status IN ('active', 'canceled', 'archived'))" }) },
    ],
    ["metadata as text", { table: tableWith({ metadata: "text" }) }],
    ["metadata as json", { table: tableWith({ metadata: "json" }) }],
    [
      "times in Unix seconds",
      {
        table: tableWith({ canceled_at: "bigint", ended_at: "bigint", archived_at: "bigint" }),
      },
    ],
    ["times without a zone", { table: tableWith({ updated_at: "timestamp", canceled_at: "timestamp" }) }],
    ["a generated column", { table: tableWith({}, ", doubled int GENERATED ALWAYS AS (quantity * 2) STORED") }],
    [
      "a key of its own",
      { table: tableWith({ id: "text UNIQUE" }, ", own bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY") },
    ],
    ["no unique id", { table: tableWith({ id: "text" }) }],
    ["names that need quotes", { table: tableWith({}, ', "Own ""Name""" text DEFAULT \'x\'') }],
  ])("a table with %s", async (_, options) => {
    await thereAndBack(options);
  });
});

describe("a table", () => {
  it("a trigger that stamps rows is told of, and all else is as it was", async () => {
    const trigger = `
      CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = clock_timestamp(); RETURN NEW; END $$;
      CREATE TRIGGER stamp BEFORE UPDATE ON subscriptions FOR EACH ROW EXECUTE FUNCTION stamp();`;
    await inWorld({ table: tableWith({}) + trigger }, async (world, _plan, apply, undo) => {
      const shown = "(SELECT id, status, quantity, metadata FROM subscriptions) AS shown";
      const before = await world.rows(shown);
      const run = await apply();
      expect(run).toMatchObject({ changed: 10, verification: { result: "clean" } });
      expect(await undo(run.runId)).toMatchObject({ restored: 8, deleted: 2, notAsBefore: ["updated_at"] });
      expect(await world.rows(shown)).toEqual(before);
    });
  });

  it("a row that the table refuses is skipped with the table's own words; the others are written", async () => {
    const guard =
      "CREATE TABLE customers (id text PRIMARY KEY); INSERT INTO customers SELECT 'cus_' || n FROM generate_series(1, 20) AS n;";
    await inWorld(
      { table: guard + tableWith({ customer_id: "text REFERENCES customers" }), rowOf: (row) => ({ ...row }) },
      async (_world, _plan, apply) => {
        const run = await apply();
        expect(run.skipped).toEqual([
          { subscription_id: subscriptionId(0), reason: expect.stringContaining("foreign key constraint") },
        ]);
        expect(run).toMatchObject({ changed: 9, verification: { result: "clean" } });
      },
    );
  });

  it("a trigger that keeps a row from being written is seen", async () => {
    const trigger = `
      CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.id = '${subscriptionId(3)}' THEN RETURN NULL; END IF; RETURN NEW; END $$;
      CREATE TRIGGER keep BEFORE UPDATE ON subscriptions FOR EACH ROW EXECUTE FUNCTION keep();`;
    await inWorld({ table: tableWith({}) + trigger }, async (_world, _plan, apply) => {
      expect((await apply()).skipped).toEqual([
        { subscription_id: subscriptionId(3), reason: expect.stringContaining("trigger") },
      ]);
    });
  });

  it("an inserted row that something refers to is not removed", async () => {
    const more = "CREATE TABLE invoices (subscription text REFERENCES subscriptions ON DELETE CASCADE);";
    await inWorld({ table: tableWith({}) + more }, async (world, _plan, apply, undo) => {
      const run = await apply();
      await world.client.query("INSERT INTO invoices VALUES ($1)", [subscriptionId(0)]);
      const undone = await undo(run.runId);
      expect(undone.leftAlone).toEqual([
        { subscription_id: subscriptionId(0), reason: expect.stringContaining("refers to it") },
      ]);
      expect(undone).toMatchObject({ restored: 8, deleted: 1 });
    });
  });

  it("what the table cannot hold is left out of the plan, with what to do", async () => {
    const table = `CREATE TYPE word AS ENUM ('active');${tableWith({ status: "word" }, ", plan_name text NOT NULL")}`;
    const rowOf = (row: Row): Row => ({ ...row, plan_name: "basic" });
    await inWorld({ table, rowOf }, async (_world, plan) => {
      const why = (number: number): (string | undefined)[] =>
        plan.left_out.filter((each) => each.subscription_id === subscriptionId(number)).map(({ reason }) => reason);
      expect(why(0)).toEqual([expect.stringMatching(/"plan_name".*"insert"/)]);
      expect(why(1)).toEqual([expect.stringContaining("no word for canceled")]);
      expect(why(4)).toEqual([expect.stringContaining('no word "archived"')]);
      expect(plan.counts).toMatchObject({ insert: 0, archive: 0, update: 4 });
    });
  });

  it("a value that is too long is refused, not cut", async () => {
    await inWorld({ table: tableWith({ status: "varchar(7)" }) }, async (_world, plan, apply) => {
      const run = await apply();
      const refused = [1, 4, 11, 14].map(subscriptionId);
      expect(run.skipped.map((each) => each.subscription_id)).toEqual(refused);
      expect(run.skipped[0]?.reason).toContain("too long");
      expect(run.changed).toBe(plan.changes.length - refused.length);
    });
  });
});
