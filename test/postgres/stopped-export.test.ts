import { readFileSync, writeFileSync } from "node:fs";
import type { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connectDatabase } from "../../src/sources/postgres/connect-database";
import { exportDatabase } from "../../src/sources/postgres/export-database";
import { runRecon, theMessage } from "../cli/run-recon";
import type { TestDatabase } from "./start-database";
import { findPrograms, startServer } from "./start-server";
import { temporaryFolder } from "./temporary-folder";

/** Rows without end, so that every stop comes midway. */
const ENDLESS = `
  CREATE VIEW subscriptions AS
  SELECT 'sub_' || n AS id, 'active' AS status FROM (SELECT generate_series(1, 1000000000) AS n) AS numbers`;
const EXPORTS = "FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY%'";
const EARLIER = "id,status\nsub_1,active\n";
const MIDWAY = 300_000;

describe.runIf(findPrograms() !== null)("an export that is stopped midway leaves the earlier one as it was", () => {
  const folder = temporaryFolder();
  const out = folder.file("export.csv");
  let database: TestDatabase;
  let admin: Client;
  beforeAll(async () => {
    database = await startServer({});
    admin = await connectDatabase(database.url);
    await admin.query(ENDLESS);
  });
  beforeEach(() => writeFileSync(out, EARLIER));
  afterAll(async () => {
    await admin?.end();
    await database?.stop();
    folder.remove();
  });

  async function expectNoExportRuns(): Promise<void> {
    await expect
      .poll(async () => (await admin.query(`SELECT count(*)::int AS count ${EXPORTS}`)).rows)
      .toEqual([{ count: 0 }]);
  }

  /** Starts an export, stops it midway, and gives its error. */
  async function stopMidway(stop: () => unknown, options: object = {}): Promise<unknown> {
    const client = await connectDatabase(database.url);
    const error = exportDatabase(client, { out, table: "subscriptions", ...options }).then(
      () => null,
      (error: unknown) => error,
    );
    await folder.growsTo(MIDWAY);
    await stop();
    return error.finally(() => client.end());
  }

  const controller = new AbortController();
  it.each<[string, () => unknown, object, object]>([
    [
      "a session that was ended",
      () => admin.query(`SELECT pg_terminate_backend(pid) ${EXPORTS}`),
      {},
      { code: "database_lost" },
    ],
    [
      "a query that was canceled",
      () => admin.query(`SELECT pg_cancel_backend(pid) ${EXPORTS}`),
      {},
      { code: "database_stopped" },
    ],
    ["its time limit", () => undefined, { statementTimeoutSeconds: 1 }, { code: "database_timeout" }],
    ["its caller", () => controller.abort(), { signal: controller.signal }, { name: "AbortError" }],
  ])("by %s", async (_, stop, options, error) => {
    expect(await stopMidway(stop, options)).toMatchObject(error);
    expect(folder.names()).toEqual(["export.csv"]);
    expect(readFileSync(out, "utf8")).toBe(EARLIER);
    await expectNoExportRuns();
  });

  it.each<[string, () => unknown]>([
    ["a crash of the server", () => database.restart?.()],
    ["kill -9 of the server", () => process.kill(database.pid as number, "SIGKILL")],
  ])("by %s", async (_, stop) => {
    const error = await stopMidway(stop);
    expect(error).toMatchObject({ code: "database_lost", exitCode: 2 });
    expect((error as Error).message).toMatch(
      /^PostgreSQL: the connection to .* was lost: .*"Database Connection Failure" runbook\.$/,
    );
    expect(folder.names()).toEqual(["export.csv"]);
    await database.restart?.();
    admin = await connectDatabase(database.url);
  });

  const recon = (whileRunning: NonNullable<Parameters<typeof runRecon>[1]>["whileRunning"], ...args: string[]) =>
    runRecon(["export", "database", "--out", out, ...args], {
      env: { DATABASE_URL: database.url },
      ...(whileRunning && { whileRunning }),
    });

  it.each(["SIGINT", "SIGTERM"] as const)("by %s", async (signal) => {
    const { status, stderr } = await recon((child) => void folder.growsTo(MIDWAY).then(() => child.kill(signal)));
    expect(status).toBe(signal);
    expect(stderr).toContain(`recon: stopped by ${signal}; ${out} is as it was.`);
    expect(folder.names()).toEqual(["export.csv"]);
    expect(readFileSync(out, "utf8")).toBe(EARLIER);
    await expectNoExportRuns();
  });

  it("by kill -9, and the next run clears up", async () => {
    const { status } = await recon((child) => void folder.growsTo(MIDWAY).then(() => child.kill("SIGKILL")));
    expect(status).toBe("SIGKILL");
    expect(readFileSync(out, "utf8")).toBe(EARLIER);
    expect(folder.names()).toEqual([expect.stringMatching(/^\.export\.csv\.\d+\.partial$/), "export.csv"]);
    const answer = await recon(undefined, "--table", "nowhere");
    expect(theMessage(answer)).toContain("no table nowhere");
    expect(folder.names()).toEqual(["export.csv"]);
    await expectNoExportRuns();
  });

  it("by its time limit, from the terminal", async () => {
    const answer = await recon(undefined, "--statement-timeout", "0.5");
    expect(answer.status).toBe(2);
    expect(theMessage(answer)).toMatch(/longer than its time limit\. Raise it with --statement-timeout/);
    expect(folder.names()).toEqual(["export.csv"]);
  });
});
