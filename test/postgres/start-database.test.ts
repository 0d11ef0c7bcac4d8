import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSample } from "../../data/demo/load-sample";
import { databaseKinds, startDatabase, type TestDatabase } from "./start-database";

describe.each(databaseKinds())("a database of kind %s", (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startDatabase(kind);
  });
  afterAll(() => database?.stop());

  async function count(): Promise<unknown> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query("SELECT count(*)::int AS count FROM subscriptions");
    await client.end();
    return rows[0]?.count;
  }

  it("holds the sample, for every connection", async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await loadSample(client);
    await client.end();
    expect(await count()).toBe(2890);
  });

  it("keeps its data over a crash, where the server is ours", async () => {
    if (database.restart === undefined) return;
    const before = database.pid;
    await database.restart();
    expect(await count()).toBe(2890);
    process.kill(database.pid as number, "SIGKILL");
    await database.restart();
    expect(await count()).toBe(2890);
    expect(database.pid).not.toBe(before);
  });
});
