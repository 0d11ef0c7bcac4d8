import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadSample } from "../../data/demo/load-sample";
import { reconcile } from "../../src/reconcile/reconcile";
import { connectDatabase } from "../../src/sources/postgres/connect-database";
import { exportDatabase } from "../../src/sources/postgres/export-database";
import { databaseKinds, startDatabase, type TestDatabase } from "./start-database";
import { temporaryFolder } from "./temporary-folder";

const DATA = join(__dirname, "..", "..", "data");
const ANSWER = JSON.parse(readFileSync(join(DATA, "answer.json"), "utf8"));
const WORDS = "SELECT DISTINCT status FROM subscriptions ORDER BY status";

/** The sample in tables of other shapes. Each gives the known answer. */
const SHAPES: readonly [name: string, table: string, sql: string][] = [
  [
    "an enum as status, JSON as metadata, times without a zone",
    "enum_status",
    `DO $$ BEGIN EXECUTE (SELECT 'CREATE TYPE word AS ENUM (' || string_agg(quote_literal(status), ',') || ')' FROM (${WORDS}) AS words); END $$;
     CREATE TABLE enum_status AS TABLE subscriptions;
     ALTER TABLE enum_status
       ALTER status TYPE word USING status::word,
       ALTER metadata TYPE json,
       ALTER created_at TYPE timestamp USING created_at AT TIME ZONE 'UTC',
       ALTER updated_at TYPE timestamp USING updated_at AT TIME ZONE 'UTC',
       ALTER canceled_at TYPE timestamp USING canceled_at AT TIME ZONE 'UTC'`,
  ],
  [
    "text as metadata, Unix seconds and milliseconds as times",
    "unix_times",
    `CREATE TABLE unix_times AS TABLE subscriptions;
     ALTER TABLE unix_times
       ALTER metadata TYPE text,
       ALTER current_period_start TYPE bigint USING extract(epoch FROM current_period_start),
       ALTER current_period_end TYPE bigint USING extract(epoch FROM current_period_end),
       ALTER canceled_at TYPE bigint USING extract(epoch FROM canceled_at) * 1000,
       ALTER ended_at TYPE integer USING extract(epoch FROM ended_at),
       ALTER created_at TYPE bigint USING floor(extract(epoch FROM created_at)),
       ALTER updated_at TYPE bigint USING floor(extract(epoch FROM updated_at))`,
  ],
  [
    "generated columns over JSON, ids of its own",
    "generated",
    `CREATE TABLE generated AS
       SELECT row_number() OVER () AS pk,
         jsonb_build_object('id', id, 'cus', customer_id, 'state', status, 'price', price_id, 'n', quantity) AS raw,
         tenant_id, currency, metadata, current_period_start, current_period_end, trial_end, cancel_at_period_end,
         canceled_at, ended_at, archived_at, livemode, created_at, updated_at
       FROM subscriptions;
     ALTER TABLE generated
       ADD stripe_id text GENERATED ALWAYS AS (raw ->> 'id') STORED,
       ADD customer_id text GENERATED ALWAYS AS (raw ->> 'cus') STORED,
       ADD status text GENERATED ALWAYS AS (raw ->> 'state') STORED,
       ADD price_id text GENERATED ALWAYS AS (raw ->> 'price') STORED,
       ADD quantity integer GENERATED ALWAYS AS ((raw ->> 'n')::integer) STORED`,
  ],
  [
    "names that need quotes",
    '"Billing EU"."Subscriptions"',
    `CREATE SCHEMA "Billing EU";
     CREATE TABLE "Billing EU"."Subscriptions" AS
       SELECT id AS "stripeSubscriptionId", customer_id AS "customerId", tenant_id AS "tenantId", status AS "Status",
         price_id AS "priceId", quantity AS "Quantity", currency, metadata AS "Metadata",
         current_period_start AS "currentPeriodStart", current_period_end AS "currentPeriodEnd", trial_end AS "trialEnd",
         cancel_at_period_end AS "cancelAtPeriodEnd", canceled_at AS "canceledAt", ended_at AS "endedAt",
         archived_at AS "archivedAt", livemode, created_at AS "createdAt", updated_at AS "updatedAt", 1 AS "a ""b"", c"
       FROM subscriptions`,
  ],
  ["a view", "as_view", "CREATE VIEW as_view AS SELECT * FROM subscriptions"],
  ["a materialized view", "as_matview", "CREATE MATERIALIZED VIEW as_matview AS SELECT * FROM subscriptions"],
  [
    "a partitioned table",
    "in_parts",
    `CREATE TABLE in_parts (LIKE subscriptions) PARTITION BY RANGE (created_at);
     CREATE TABLE in_parts_old PARTITION OF in_parts FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
     CREATE TABLE in_parts_new PARTITION OF in_parts FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
     INSERT INTO in_parts SELECT * FROM subscriptions`,
  ],
  [
    "numbers as status, by recon.json",
    "numbered",
    `CREATE TABLE numbered AS TABLE subscriptions;
     ALTER TABLE numbered RENAME status TO state_no;
     UPDATE numbered SET state_no = number FROM (SELECT status, row_number() OVER () AS number FROM (${WORDS}) AS words) AS words WHERE words.status = state_no;
     ALTER TABLE numbered ALTER state_no TYPE smallint USING state_no::smallint`,
  ],
];

const folder = temporaryFolder();
let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await startDatabase(databaseKinds().at(-1) ?? "pglite");
  client = await connectDatabase(database.url);
  await loadSample(client);
});
afterAll(async () => {
  await client?.end();
  await database?.stop();
  folder.remove();
});

it.each(SHAPES)("the sample in a table with %s gives the known answer", async (_, table, sql) => {
  await client.query(sql);
  const config = table === "numbered" ? await writeMapping() : null;
  const { path, rows } = await exportDatabase(client, { out: folder.file("export.csv.gz"), table });
  expect(rows).toBe(2890);
  const { summary } = await reconcile({
    stripe: join(DATA, "stripe_subscriptions.json"),
    database: path,
    out: folder.file("diff"),
    config,
  });
  expect(summary.counts).toEqual(ANSWER.counts);
});

async function writeMapping(): Promise<string> {
  const { rows } = await client.query<{ status: string }>(WORDS);
  const statuses = Object.fromEntries(rows.map(({ status }, index) => [String(index + 1), status]));
  const path = folder.file("recon.json");
  writeFileSync(path, JSON.stringify({ database: { columns: { status: "state_no" }, statuses } }));
  return path;
}
