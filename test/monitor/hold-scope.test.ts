import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { holdScope, type Release } from "../../src/monitor/hold-scope";
import { makeFolder } from "../cli/run-recon";
import { databaseKinds, startDatabase, type TestDatabase } from "../postgres/start-database";

const folder = makeFolder();
// Connections to PGlite share one session, and locks are a session's.
const kinds = databaseKinds().filter((kind) => kind !== "pglite");
let database: TestDatabase | undefined;
beforeAll(async () => {
  if (kinds.length > 0) database = await startDatabase("postgres");
});
afterAll(async () => {
  await database?.stop();
  folder.remove();
});

describe.each(["file", ...kinds])("a scope held by %s", (kind) => {
  const reports = folder.free("reports");
  const hold = (scope: string, onLost: (why: string) => void = () => undefined): Promise<Release | null> =>
    holdScope({ databaseUrl: kind === "file" ? undefined : database?.url, reports, scope, onLost });

  it("is nobody else's until it is given back", async () => {
    const release = await hold("all");
    expect(release).not.toBeNull();
    expect(await hold("all")).toBeNull();
    const other = await hold("tenant_id=tenant_001");
    expect(other).not.toBeNull();
    await other?.();
    await release?.();
    const again = await hold("all");
    expect(again).not.toBeNull();
    await again?.();
    expect(kind === "file" ? readdirSync(reports) : []).toEqual([]);
  });

  it("whose holder died is free", async () => {
    const lost = vi.fn();
    const release = await hold("all", lost);
    if (kind === "file") {
      // A holder that lives touches its lock; this one has not for a minute.
      const [name] = readdirSync(reports);
      const then = new Date(Date.now() - 60_000);
      utimesSync(join(reports, name as string), then, then);
    } else {
      const client = new Client({ connectionString: database?.url });
      await client.connect();
      await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'recon lock'",
      );
      await client.end();
    }
    const other = await hold("all");
    expect(other).not.toBeNull();
    await vi.waitFor(() => expect(lost).toHaveBeenCalledTimes(1), { timeout: 15_000 });
    await other?.();
    await release?.().catch(() => undefined);
  });
});

it("is held by the file while the database cannot be reached", async () => {
  const reports = folder.free("reports");
  const lock = { databaseUrl: "postgres://a:b@127.0.0.1:9/x", reports, scope: "all", onLost: () => undefined };
  const release = await holdScope(lock);
  expect(await holdScope(lock)).toBeNull();
  await release?.();
});
