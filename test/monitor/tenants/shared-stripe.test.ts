import { afterAll, beforeAll, expect, it } from "vitest";
import { connectQueue } from "../../../src/monitor/tenants/queue-database";
import { type Line, reopeningLine } from "../../../src/monitor/tenants/reopening-line";
import { connectSharing } from "../../../src/monitor/tenants/shared-stripe";
import { openStore } from "../../../src/monitor/tenants/tenant-store";
import { retrieveSubscriptions } from "../../../src/sources/stripe-api/retrieve-subscriptions";
import { databaseKinds, startDatabase, type TestDatabase } from "../../postgres/start-database";
import { KEY, standInWith, subscriptions } from "../../stripe-api/world";

let database: TestDatabase;
const lines: Line[] = [];
beforeAll(async () => {
  database = await startDatabase(databaseKinds().at(-1) ?? "pglite");
});
afterAll(async () => {
  for (const line of lines) await line.end();
  for (const name of ["DATABASE_URL", "STRIPE_API_KEY", "STRIPE_API_BASE"]) delete process.env[name];
  await database.stop();
});

it("several who ask at once stay below one limit together", async () => {
  const all = subscriptions(60, 60);
  // Stripe's own limit an endpoint; each of the three alone would use most of it.
  const standIn = await standInWith(all, { requestsPerSecond: 25 });
  Object.assign(process.env, { DATABASE_URL: database.url, STRIPE_API_KEY: KEY, STRIPE_API_BASE: standIn.url });
  for (let index = 0; index < 3; index++) lines.push(reopeningLine(() => connectQueue("a test")));
  await openStore(lines[0] as Line);
  const connections = await Promise.all(lines.map((line) => connectSharing(line, { requestsPerSecond: 20 })));
  const ids = all.map(({ id }) => id);
  const answers = await Promise.all(
    connections.map((connection, index) => retrieveSubscriptions(connection, ids.slice(index * 20, index * 20 + 20))),
  );
  expect(answers.flatMap((each) => [...each.values()]).every(({ kind }) => kind === "found")).toBe(true);
  expect(standIn.requests).toHaveLength(63);
  expect(standIn.requests.filter(({ status }) => status === 429)).toEqual([]);
});
