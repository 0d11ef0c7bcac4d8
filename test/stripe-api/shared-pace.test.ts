import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { reopeningLine } from "../../src/monitor/tenants/reopening-line";
import { openStore } from "../../src/monitor/tenants/tenant-store";
import { sharedPace } from "../../src/sources/stripe-api/shared-pace";
import { databaseKinds, startDatabase, type TestDatabase } from "../postgres/start-database";

let database: TestDatabase;
const clients: Client[] = [];
beforeAll(async () => {
  database = await startDatabase(databaseKinds().at(-1) ?? "pglite");
  const line = reopeningLine(() => connect());
  await openStore(line);
});
afterAll(async () => {
  for (const client of clients) await client.end();
  await database.stop();
});

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  clients.push(client);
  return client;
}

/** The slot that was given last, in seconds by the database's clock, and the present time. */
async function lastSlot(client: Client, line: string): Promise<{ readonly slot: number; readonly now: number }> {
  const { rows } = await client.query(
    `SELECT extract(epoch FROM slot_at)::float8 AS slot, extract(epoch FROM clock_timestamp())::float8 AS now
     FROM reconciliation.stripe_pace WHERE line = $1`,
    [line],
  );
  return rows[0];
}

it("gives the slots of one rate to all who share it, each in its turn", async () => {
  const [ours, theirs, looking] = [await connect(), await connect(), await connect()];
  const paces = [ours, theirs].map((client) => sharedPace((sql, values) => client.query(sql, [...values]), "a", 50));
  await paces[0]?.turn();
  const first = await lastSlot(looking, "a");
  let done = 0;
  const turns = paces.flatMap((pace) => Array.from({ length: 15 }, () => pace.turn().then(() => done++)));
  await Promise.all(turns);
  const last = await lastSlot(looking, "a");
  expect(done).toBe(30);
  expect(last.slot - first.slot).toBeGreaterThanOrEqual(30 * 0.02);
  expect(last.now).toBeGreaterThanOrEqual(last.slot - 0.005);
});

it("a 429 holds all of them back for as long as ten requests take", async () => {
  const [ours, theirs] = [await connect(), await connect()];
  const [pace, other] = [ours, theirs].map((client) =>
    sharedPace((sql, values) => client.query(sql, [...values]), "b", 20),
  ) as [ReturnType<typeof sharedPace>, ReturnType<typeof sharedPace>];
  await pace.turn();
  pace.answered(200);
  const { now } = await lastSlot(ours, "b");
  pace.answered(429);
  await ours.query("SELECT");
  await other.turn();
  expect((await lastSlot(ours, "b")).slot).toBeGreaterThanOrEqual(now + 0.5);
});

it("another limit is another line", async () => {
  const client = await connect();
  const pace = (line: string) => sharedPace((sql, values) => client.query(sql, [...values]), line, 0.001);
  await pace("c").turn();
  await pace("d").turn();
  expect(await lastSlot(client, "c")).toBeDefined();
});
