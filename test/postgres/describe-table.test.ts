import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSample } from "../../data/demo/load-sample";
import { connectDatabase } from "../../src/sources/postgres/connect-database";
import { describeTable } from "../../src/sources/postgres/describe-table";
import { readOnlySnapshot } from "../../src/sources/postgres/read-only-snapshot";
import { readRows } from "../../src/sources/postgres/read-rows";
import { databaseKinds, startDatabase, type TestDatabase } from "./start-database";

const TABLES = `
  CREATE TYPE plan AS ENUM ('free', 'pro', 'old');
  ALTER TYPE plan ADD VALUE 'team' BEFORE 'old';
  CREATE DOMAIN known_plan AS plan;
  CREATE TABLE tenants (id text PRIMARY KEY);
  CREATE TABLE "Subs" (
    pk bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    gone text,
    tenant_id text REFERENCES tenants,
    plan plan,
    last_plan known_plan DEFAULT 'free',
    status text NOT NULL CONSTRAINT known CHECK (status IN ('active', 'canceled')),
    is_live boolean GENERATED ALWAYS AS (status = 'active') STORED,
    UNIQUE (tenant_id, plan)
  );
  ALTER TABLE "Subs" DROP COLUMN gone;
  CREATE UNIQUE INDEX ON "Subs" (tenant_id) WHERE status = 'active';
  CREATE UNIQUE INDEX ON "Subs" (lower(id));
  CREATE TABLE seats (sub_id text REFERENCES "Subs" (id));
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
  CREATE TRIGGER touched BEFORE UPDATE ON "Subs" FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE TRIGGER off BEFORE UPDATE ON "Subs" FOR EACH ROW EXECUTE FUNCTION touch();
  ALTER TABLE "Subs" DISABLE TRIGGER off`;

describe.each(databaseKinds())("a table of %s", (kind) => {
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await startDatabase(kind);
    client = await connectDatabase(database.url);
    await loadSample(client);
    await client.query(TABLES);
  });
  afterAll(async () => {
    await client?.end();
    await database?.stop();
  });

  it("is described with all that a change of its rows meets", async () => {
    const table = await describeTable(client, '"Subs"');
    const plain = { nullable: true, expression: null, generated: null, enumValues: null };
    const rights = { canSelect: true, canInsert: true, canUpdate: true };
    const plans = ["free", "pro", "team", "old"];
    expect(table.columns).toEqual([
      { ...plain, ...rights, name: "pk", type: "bigint", nullable: false, generated: "identity" },
      { ...plain, ...rights, name: "id", type: "text", nullable: false },
      { ...plain, ...rights, name: "tenant_id", type: "text" },
      { ...plain, ...rights, name: "plan", type: "plan", enumValues: plans },
      { ...plain, ...rights, name: "last_plan", type: "known_plan", enumValues: plans, expression: "'free'::plan" },
      { ...plain, ...rights, name: "status", type: "text", nullable: false },
      {
        ...plain,
        ...rights,
        name: "is_live",
        type: "boolean",
        generated: "stored",
        expression: "(status = 'active'::text)",
      },
    ]);
    expect(table).toMatchObject({
      schema: "public",
      name: "Subs",
      kind: "table",
      sql: '"public"."Subs"',
      keys: [
        { isPrimary: true, columns: ["pk"] },
        { isPrimary: false, columns: ["id"] },
        { isPrimary: false, columns: ["tenant_id", "plan"] },
      ],
      referredBy: [{ from: "public.seats", columns: ["sub_id"], to: 'public."Subs"', referenced: ["id"] }],
      refersTo: [{ from: 'public."Subs"', columns: ["tenant_id"], to: "public.tenants", referenced: ["id"] }],
      checks: [{ name: "known", definition: expect.stringMatching(/^CHECK .*active.*canceled/) }],
      triggers: [{ name: "touched", definition: expect.stringContaining("BEFORE UPDATE") }],
      rowSecurity: false,
      canDelete: true,
      estimatedRows: null,
    });
  });

  it("is found by its name as it is written, else in lower case", async () => {
    await client.query('CREATE VIEW "SUBSCRIPTIONS" AS SELECT 1 AS id');
    const kinds: string[] = [];
    for (const name of ["SUBSCRIPTIONS", "Subscriptions", 'public."subscriptions"', "PUBLIC.subscriptions"])
      kinds.push((await describeTable(client, name)).kind);
    expect(kinds).toEqual(["view", "table", "table", "table"]);
    await expect(describeTable(client, '"Subscriptions"')).rejects.toMatchObject({ code: "no_such_table" });
  });

  it("has its rows read again by id, as an export writes them", async () => {
    const ids = (await client.query<{ id: string }>("SELECT id FROM subscriptions ORDER BY id LIMIT 1500")).rows.map(
      ({ id }) => id,
    );
    const rows = await readOnlySnapshot(client, async () =>
      readRows(client, await describeTable(client, "subscriptions"), "id", [...ids, "sub_gone"]),
    );
    expect([...rows.keys()]).toEqual([...ids, "sub_gone"]);
    expect(rows.get("sub_gone")).toEqual([]);
    expect(ids.every((id) => rows.get(id)?.length === 1)).toBe(true);
    const [row] = rows.get(ids[0] as string) ?? [];
    expect(row?.["created_at"]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00$/);
    expect(row?.["livemode"]).toBe("t");
  });

  it("cannot be written in a snapshot", async () => {
    const write = readOnlySnapshot(client, () => client.query("DELETE FROM subscriptions"));
    await expect(write).rejects.toMatchObject({ code: "read_only", exitCode: 2 });
    expect((await client.query("SELECT count(*)::int AS count FROM subscriptions")).rows).toEqual([{ count: 2890 }]);
  });

  it("leaves no setting behind in the session", async () => {
    await client.query("SET TimeZone = 'Asia/Kolkata'");
    const during = await readOnlySnapshot(client, async () => (await client.query("SHOW TimeZone")).rows);
    const after = (await client.query("SHOW TimeZone")).rows;
    expect([during, after]).toEqual([[{ TimeZone: "UTC" }], [{ TimeZone: "Asia/Kolkata" }]]);
  });
});
