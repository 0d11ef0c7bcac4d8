import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSample } from "../../data/demo/load-sample";
import { connectDatabase } from "../../src/sources/postgres/connect-database";
import { exportDatabase } from "../../src/sources/postgres/export-database";
import { readSidecar } from "../../src/sources/sidecar";
import { runRecon, theMessage } from "../cli/run-recon";
import { databaseKinds, startDatabase, type TestDatabase } from "./start-database";
import { temporaryFolder } from "./temporary-folder";

const DATA = join(__dirname, "..", "..", "data");

/** A session whose times are written otherwise. */
const ODD_SESSION = "?options=-c%20TimeZone%3DAsia/Kolkata%20-c%20DateStyle%3DGerman";

function sortedLines(text: string): string[] {
  return text.split("\n").sort();
}

describe.each(databaseKinds())("recon export database from %s", (kind) => {
  const folder = temporaryFolder();
  let database: TestDatabase;
  let client: Client;
  beforeAll(async () => {
    database = await startDatabase(kind);
    client = await connectDatabase(database.url);
    await loadSample(client);
    await client.query(`
      CREATE SCHEMA "Billing.EU";
      CREATE TABLE "Billing.EU"."Sub""scriptions" (id text, "Tenant, or \n none" text, status text, note text);
      INSERT INTO "Billing.EU"."Sub""scriptions" VALUES
        ('sub_1', 'a''b', 'active', NULL),
        ('sub_2', 'a\\b', 'active', ''),
        ('sub_3', ''') OR true --', 'active', E'two\nlines, "quoted" – ünïcode 🐘'),
        ('sub_4', 'x=y', 'active', E'\t=1+1')`);
  });
  afterAll(async () => {
    await client?.end();
    await database?.stop();
    folder.remove();
  });

  const recon = (...args: string[]) =>
    runRecon(["export", "database", ...args], { env: { DATABASE_URL: `${database.url}${ODD_SESSION}` } });

  it.each(["sample.csv", "sample.csv.gz"])("writes %s: the rows, a sidecar, and nothing besides", async (name) => {
    const out = folder.file(name);
    const before = folder.names();
    const { status, stderr, stdout } = await recon("--out", out);
    expect(status, stderr).toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toContain(`2,890 rows of "public"."subscriptions" as of `);
    expect(folder.names()).toEqual([...before, name, `${name}.meta.json`].sort());

    const bytes = readFileSync(out);
    const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
    expect(sortedLines(text)).toEqual(sortedLines(readFileSync(join(DATA, "db_subscriptions.csv"), "utf8")));
    const sidecar = await readSidecar(out, "database");
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(sidecar).toMatchObject({ side: "database", rows: 2890, complete: true, sha256 });
    expect(sidecar?.server_version).toMatch(/^\d+\.\d+$/);
    const times = [sidecar?.started_at, sidecar?.snapshot_at, sidecar?.finished_at];
    expect([...times].sort()).toEqual(times);
  });

  it("gives the known answer", async () => {
    const out = folder.file("answered.csv.gz");
    expect((await recon("--out", out)).status).toBe(0);
    const result = folder.file("diff");
    const stripe = join(DATA, "stripe_subscriptions.json");
    const { status } = await runRecon(["diff", "--stripe", stripe, "--database", out, "--out", result]);
    expect(status).toBe(1);
    const { counts } = JSON.parse(readFileSync(join(result, "summary.json"), "utf8"));
    expect(counts).toEqual(JSON.parse(readFileSync(join(DATA, "answer.json"), "utf8")).counts);
  });

  it("takes only the rows asked for, and says that they are not all", async () => {
    const out = folder.file("tenants.csv");
    const where = ["--where", "tenant_id=tenant_001", "--where", "tenant_id=tenant_002", "--where", "status=active"];
    const { status, stderr } = await recon("--out", out, ...where);
    expect(status).toBe(0);
    expect(stderr).toContain("Note: only the rows asked for");
    const expected =
      "SELECT id FROM subscriptions WHERE tenant_id IN ('tenant_001', 'tenant_002') AND status = 'active'";
    const ids = (await client.query(expected)).rows.map(({ id }) => id);
    const rows: { id: string }[] = parse(readFileSync(out), { columns: true });
    expect(ids.length).toBeGreaterThan(0);
    expect(rows.map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(await readSidecar(out, "database")).toMatchObject({ rows: ids.length, complete: false });
  });

  it.each([
    ["a'b", "sub_1"],
    ["a\\b", "sub_2"],
    ["') OR true --", "sub_3"],
    ["x=y", "sub_4"],
  ])("finds the value %j under the name of a column that needs quotes", async (value, id) => {
    const out = folder.file("quoted.csv");
    const args = ["--table", '"Billing.EU"."Sub""scriptions"', "--where", `Tenant, or \n none=${value}`];
    const { status, stderr } = await recon("--out", out, ...args);
    expect(status, stderr).toBe(0);
    expect(parse(readFileSync(out), { columns: true })).toEqual([expect.objectContaining({ id })]);
  });

  it("keeps every character of every cell", async () => {
    const out = folder.file("cells.csv");
    await recon("--out", out, "--table", '"Billing.EU"."Sub""scriptions"');
    const rows: { note: string }[] = parse(readFileSync(out), { columns: true });
    expect(rows.map(({ note }) => note)).toEqual(["", "", 'two\nlines, "quoted" – ünïcode 🐘', "\t=1+1"]);
  });

  it.each([
    [["--table", "subscription"], /no table subscription .* Nearest: subscriptions/],
    [["--table", "billing.subscriptions"], /no table billing\.subscriptions .*Nearest: .*subscriptions/],
    [["--table", "a.b.c"], /--table a\.b\.c: expected a table's name/],
    [["--where", "tenant=x"], /--where tenant=…: .* no column "tenant"\. Nearest: tenant_id/],
    [["--where", "constructor=x"], /no column "constructor"/],
    [["--where", "quantity=many"], /invalid input syntax for type integer: "many"/],
    [["--where", "tenant_id"], /expected column=value/],
    [["--statement-timeout", "0"], /expected a number above 0/],
  ])("refuses %j in one message, and keeps the earlier export", async (args, message) => {
    const out = folder.file("earlier.csv");
    await exportDatabase(client, { out, table: "subscriptions", where: { tenant_id: ["tenant_001"] } });
    const [before, text] = [folder.names(), readFileSync(out, "utf8")];
    const answer = await recon("--out", out, ...args);
    expect(answer.status).toBe(2);
    expect(theMessage(answer)).toMatch(message);
    expect([folder.names(), readFileSync(out, "utf8")]).toEqual([before, text]);
  });

  it("refuses a configuration whose columns are not there", async () => {
    const config = folder.file("recon.json");
    writeFileSync(config, JSON.stringify({ database: { columns: { status: "state" } } }));
    const answer = await recon("--out", folder.file("never.csv"), "--config", config);
    expect(answer.status).toBe(2);
    expect(theMessage(answer)).toMatch(
      /the configuration reads status from it: .* no column "state"\. Nearest: status/,
    );
  });

  it.each([
    ["a folder", ".", /is not a file/],
    ["a device", "/dev/null", /is not a file/],
    ["a folder that is not there", "nowhere/x.csv", /no such file or folder/],
  ])("refuses %s as --out", async (_, path, message) => {
    const answer = await recon("--out", path.startsWith("/") ? path : folder.file(path));
    expect(answer.status).toBe(2);
    expect(theMessage(answer)).toMatch(message);
  });

  it("sees one instant, whatever is written meanwhile", async () => {
    if (kind === "pglite") return; // Its connections take turns.
    const out = folder.file("instant.csv");
    const other = await connectDatabase(database.url);
    await client.query("CREATE TABLE moving AS SELECT * FROM subscriptions; CREATE TABLE moved (LIKE moving)");
    const move = (async () => {
      for (let n = 0; n < 100; n++)
        await other.query(
          "WITH row AS (DELETE FROM moving WHERE id IN (SELECT id FROM moving LIMIT 9) RETURNING *) INSERT INTO moved SELECT * FROM row",
        );
    })();
    await client.query("CREATE VIEW both_places AS SELECT * FROM moving UNION ALL SELECT * FROM moved");
    for (let n = 0; n < 5; n++) expect((await exportDatabase(client, { out, table: "both_places" })).rows).toBe(2890);
    await move;
    await other.end();
  });
});
