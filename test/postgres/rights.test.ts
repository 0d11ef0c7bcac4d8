import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSample } from "../../data/demo/load-sample";
import { reconcile } from "../../src/reconcile/reconcile";
import { connectDatabase } from "../../src/sources/postgres/connect-database";
import { describeTable } from "../../src/sources/postgres/describe-table";
import { type ExportedDatabase, exportDatabase } from "../../src/sources/postgres/export-database";
import { readSidecar } from "../../src/sources/sidecar";
import type { TestDatabase } from "./start-database";
import { findPrograms, startServer } from "./start-server";
import { temporaryFolder } from "./temporary-folder";

const DATA = join(__dirname, "..", "..", "data");
const ROLES = ["stranger", "tenant", "columns_only", "no_email", "replica_like", "everything"];

// Roles belong to a whole server, so these tests need one of their own. PGlite knows no other user.
describe.runIf(findPrograms() !== null)("an export by a role with few rights", () => {
  const folder = temporaryFolder();
  let database: TestDatabase;
  let owner: Client;
  beforeAll(async () => {
    database = await startServer({});
    owner = await connectDatabase(database.url);
    await loadSample(owner);
    for (const role of ROLES) await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD 'pw'`);
    await owner.query(`
      CREATE SCHEMA closed;
      CREATE TABLE closed.subscriptions AS TABLE subscriptions;
      GRANT SELECT ON closed.subscriptions TO PUBLIC;
      ALTER TABLE subscriptions ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own_tenant ON subscriptions TO tenant USING (tenant_id = 'tenant_001');
      CREATE POLICY all_rows ON subscriptions TO columns_only, no_email USING (true);
      ALTER ROLE replica_like SET default_transaction_read_only = on;
      ALTER ROLE replica_like BYPASSRLS;
      ALTER ROLE everything BYPASSRLS;
      GRANT SELECT ON subscriptions TO tenant, replica_like, everything;
      GRANT SELECT (id, tenant_id, created_at) ON subscriptions TO columns_only;
      GRANT SELECT (id, status, customer_id) ON subscriptions TO no_email;
      CREATE VIEW by_owner AS SELECT * FROM subscriptions;
      CREATE VIEW by_reader WITH (security_invoker) AS SELECT * FROM subscriptions;
      GRANT SELECT ON by_owner, by_reader TO tenant`);
  });
  afterAll(async () => {
    await owner?.end();
    await database?.stop();
    folder.remove();
  });

  async function exportAs(role: string, table: string, columns?: object): Promise<ExportedDatabase> {
    const client = await connectDatabase(urlOf(role));
    const config = columns === undefined ? null : { database: { columns } };
    const out = folder.file(`${role}.csv`);
    return exportDatabase(client, { out, table, config }).finally(() => client.end());
  }

  function urlOf(role: string): string {
    return database.url.replace(/\/\/[^@]*@/, `//${role}:pw@`);
  }

  it.each([
    ["tenant", "subscriptions"],
    ["tenant", "by_reader"],
  ])("%s sees only some rows of %s: it says so, and none is called missing in the database", async (role, table) => {
    const exported = await exportAs(role, table);
    expect(exported).toMatchObject({ complete: false, warnings: [expect.stringContaining("row-level security")] });
    expect(exported.rows).toBeLessThan(2890);
    expect((await readSidecar(exported.path, "database"))?.complete).toBe(false);
    const { summary } = await reconcile({
      stripe: join(DATA, "stripe_subscriptions.json"),
      database: exported.path,
      out: folder.file("diff"),
    });
    expect(summary.withheld.map(({ kind }) => kind)).toEqual(["missing_in_database"]);
  });

  it.each([
    ["tenant", "by_owner"],
    ["everything", "subscriptions"],
    ["replica_like", "subscriptions"],
  ])("%s sees all rows of %s: nothing to warn of", async (role, table) => {
    expect(await exportAs(role, table)).toMatchObject({ rows: 2890, complete: true, warnings: [] });
  });

  it("columns that are closed are left out and named", async () => {
    const exported = await exportAs("no_email", "subscriptions");
    expect(exported.warnings.at(-1)).toMatch(
      /^left out, as this user has no right to read them: tenant_id, price_id, /,
    );
    const [row] = parse(readFileSync(exported.path), { columns: true });
    expect(Object.keys(row as object)).toEqual(["id", "customer_id", "status"]);
  });

  it.each([
    [
      "stranger",
      "subscriptions",
      undefined,
      /user "stranger" of "postgres" on 127\.0\.0\.1:\d+ has no right to read "public"\."subscriptions"\. Grant it: GRANT SELECT ON "public"\."subscriptions" TO "stranger";/,
    ],
    ["columns_only", "subscriptions", { status: "status" }, /no right to read the column "status"/],
    ["everything", "closed.subscriptions", undefined, /no right to do this: permission denied for schema closed/],
  ])("%s is refused %s", async (role, table, columns, message) => {
    const before = folder.names();
    await expect(exportAs(role, table, columns)).rejects.toMatchObject({
      code: "no_right",
      exitCode: 2,
      message: expect.stringMatching(message),
    });
    expect(folder.names()).toEqual(before);
  });

  it("a description says what a role may do", async () => {
    const client = await connectDatabase(urlOf("no_email"));
    const { columns, rowSecurity, canDelete } = await describeTable(client, "subscriptions").finally(() =>
      client.end(),
    );
    expect(columns.filter(({ canSelect }) => canSelect).map(({ name }) => name)).toEqual([
      "id",
      "customer_id",
      "status",
    ]);
    expect(columns.some(({ canUpdate, canInsert }) => canUpdate || canInsert)).toBe(false);
    expect([rowSecurity, canDelete]).toEqual([true, false]);
  });
});
