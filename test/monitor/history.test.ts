import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HISTORY_FILE, type OpenHistory, openHistory } from "../../src/monitor/history";
import type { HistoryEvent } from "../../src/monitor/history-event";
import type { RunRecord } from "../../src/monitor/run-record";
import { makeFolder } from "../cli/run-recon";
import { databaseKinds, startDatabase, type TestDatabase } from "../postgres/start-database";
import { findPrograms } from "../postgres/start-server";
import { runRecord } from "./records";

const folder = makeFolder();
const databases: Partial<Record<string, TestDatabase>> = {};
beforeAll(async () => {
  for (const kind of databaseKinds()) databases[kind] = await startDatabase(kind);
});
afterAll(async () => {
  for (const database of Object.values(databases)) await database?.stop();
  folder.remove();
});

function runs(): RunRecord[] {
  return [
    runRecord({ started_at: "2026-10-01T06:00:00Z", affected: 3 }),
    runRecord({ started_at: "2026-11-01T06:00:00Z", outcome: "failed", message: "Stripe did not answer." }),
    runRecord({ started_at: "2026-11-02T06:00:00Z", scope: 'tenant_id=ten\'ant "1"' }),
    runRecord({ started_at: "2026-11-03T06:00:00Z", outcome: "missed", message: "The run before it went on." }),
  ];
}

async function sql<Row extends object>(kind: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: databases[kind]?.url });
  await client.connect();
  return client
    .query<Row>(text)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

describe.each(["file", ...databaseKinds()])("a history kept in %s", (kind) => {
  async function emptied(): Promise<OpenHistory> {
    if (kind !== "file") await sql(kind, "DROP SCHEMA IF EXISTS reconciliation CASCADE");
    return opened(folder.free("reports"));
  }
  function opened(reports: string): Promise<OpenHistory> {
    return openHistory({ databaseUrl: databases[kind]?.url, reports, toWrite: true });
  }
  async function working(work: (history: OpenHistory, all: RunRecord[]) => Promise<void>): Promise<void> {
    const history = await emptied();
    const all = runs();
    expect(history).toMatchObject({ kept: kind === "file" ? "file" : "postgres", note: null });
    try {
      for (const run of [...all].reverse()) await history.append(run);
      await work(history, all);
    } finally {
      await history.close();
    }
  }

  it("gives runs back as they were, in their order", () =>
    working(async (history, all) => {
      expect(await history.read()).toEqual(all);
    }));

  it("keeps a run once, as it was first", () =>
    working(async (history, all) => {
      await history.append({ ...(all[0] as RunRecord), message: "another" });
      expect(await history.read()).toEqual(all);
    }));

  it.each([
    ["since", { since: new Date("2026-11-02T06:00:00Z") }, [2, 3]],
    ["of a scope", { scope: 'tenant_id=ten\'ant "1"' }, [2]],
    ["with an outcome", { outcome: "failed" }, [1]],
    ["the newest", { newest: 2 }, [2, 3]],
    ["the newest of a scope", { scope: "all", newest: 2 }, [1, 3]],
    ["none", { scope: "nothing" }, []],
  ] as const)("finds runs: %s", (_, query, expected) =>
    working(async (history, all) => {
      expect(await history.read(query)).toEqual(expected.map((index) => all[index]));
    }),
  );

  it("keeps events in their order", () =>
    working(async (history) => {
      const accepted: HistoryEvent = {
        event: "accepted",
        at: "2026-11-02T07:00:00Z",
        who: "kim",
        why: "known until the migration",
        until: "2026-12-01T00:00:00Z",
        run_id: "run",
        discrepancies: [{ subscription_id: "sub_1", kind: "status_mismatch" }],
      };
      const undelivered: HistoryEvent = { event: "undelivered", at: "2026-11-02T08:00:00Z", run_id: "run" };
      await history.addEvent(accepted);
      await history.addEvent(undelivered);
      expect(await history.events()).toEqual([accepted, undelivered]);
    }));

  it("is pruned on record, and of old runs alone", () =>
    working(async (history, all) => {
      expect(await history.prune(new Date("2026-01-01T00:00:00Z"), "kim")).toBe(0);
      expect(await history.prune(new Date("2026-11-02T06:00:00Z"), "kim")).toBe(2);
      expect(await history.read()).toEqual(all.slice(2));
      expect(await history.events()).toEqual([
        expect.objectContaining({ event: "pruned", who: "kim", before: "2026-11-02T06:00:00Z", runs: 2 }),
      ]);
    }));

  // Those who use PGlite share one session, and so one transaction.
  it.runIf(kind !== "pglite")("loses nothing of two who add while a third prunes", async () => {
    const [first, reports] = [await emptied(), folder.free("shared")];
    await first.close();
    const histories = await Promise.all([1, 2, 3].map(() => opened(reports)));
    const ids = Array.from(
      { length: 40 },
      (_, number) => `2026110${number % 9}T000000Z-${String(number).padStart(8, "0")}`,
    );
    const add = async (history: OpenHistory, its: readonly string[]): Promise<void> => {
      for (const run_id of its) await history.append(runRecord({ run_id, started_at: "2026-11-02T06:00:00Z" }));
    };
    const [one, two, pruning] = histories as [OpenHistory, OpenHistory, OpenHistory];
    await one.append(runRecord({ started_at: "2025-11-02T06:00:00Z" }));
    const adding = [add(one, ids.slice(0, 20)), add(two, ids.slice(20))];
    expect(await pruning.prune(new Date("2026-01-01T00:00:00Z"), "kim")).toBe(1);
    await Promise.all(adding);
    expect((await one.read()).map(({ run_id }) => run_id).sort()).toEqual([...ids].sort());
    for (const history of histories) await history.close();
  });

  it.runIf(kind !== "file")("refuses to be changed, or pruned off the record", () =>
    working(async () => {
      for (const statement of [
        "UPDATE reconciliation.runs SET outcome = 'finished'",
        "TRUNCATE reconciliation.runs",
        "DELETE FROM reconciliation.history_events",
        "TRUNCATE reconciliation.history_events",
      ])
        await expect(sql(kind, statement)).rejects.toThrow(/only ever added to/);
      await expect(sql(kind, "DELETE FROM reconciliation.runs")).rejects.toThrow(/only pruned on record/);
      await sql(
        kind,
        `INSERT INTO reconciliation.history_events (event, body) VALUES ('pruned', '{"before": "2100-01-01"}')`,
      );
      await expect(sql(kind, "DELETE FROM reconciliation.runs")).rejects.toThrow(/only pruned on record/);
      expect(await sql(kind, "SELECT FROM reconciliation.runs")).toHaveLength(4);
    }),
  );
});

describe("the file", () => {
  it("is its owner's alone, and passes over a line that a crash cut off", async () => {
    const reports = folder.free("reports");
    mkdirSync(reports);
    const path = join(reports, HISTORY_FILE);
    const history = await openHistory({ databaseUrl: undefined, reports, toWrite: true });
    const [first, second] = runs() as [RunRecord, RunRecord];
    await history.append(first);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    appendFileSync(path, JSON.stringify(second).slice(0, 100));
    expect(await history.read()).toEqual([first]);
    await history.append(second);
    expect(await history.read()).toEqual([first, second]);
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(4);
  });

  it("that was changed is told as what it is", async () => {
    const reports = folder.free("reports");
    mkdirSync(reports);
    writeFileSync(join(reports, HISTORY_FILE), `{"schema_version":1,"run_id":7}\n`);
    const history = await openHistory({ databaseUrl: undefined, reports, toWrite: false });
    await expect(history.read()).rejects.toMatchObject({
      code: "bad_history",
      message: expect.stringMatching(/history\.ndjson, line 1: run_id: /),
    });
  });
});

it("falls back to the file while nobody answers, and reads both together later", async () => {
  const kind = databaseKinds().at(-1) as string;
  await sql(kind, "DROP SCHEMA IF EXISTS reconciliation CASCADE");
  const reports = folder.free("reports");
  const [first, second] = runs() as [RunRecord, RunRecord];
  const gone = await openHistory({ databaseUrl: "postgres://a:hemligt@127.0.0.1:9/x", reports, toWrite: true });
  expect(gone.note).toMatch(/kept in .*history\.ndjson, not in the database: .*Database Connection Failure/);
  expect(gone.note).not.toContain("hemligt");
  await gone.append(first);
  const back = await openHistory({ databaseUrl: databases[kind]?.url, reports, toWrite: true });
  await back.append(second);
  expect(back.kept).toBe("postgres");
  expect(await back.read()).toEqual([first, second]);
  await back.close();
});

describe.runIf(findPrograms() !== null)("a database that was only given for reading", () => {
  const as = (user: string): string => (databases["postgres"]?.url ?? "").replace(/\/\/[^@]*@/, `//${user}:pw@`);
  const open = (user: string, toWrite: boolean): Promise<OpenHistory> =>
    openHistory({ databaseUrl: as(user), reports: folder.free("reports"), toWrite });
  beforeAll(async () => {
    await sql(
      "postgres",
      `DROP SCHEMA IF EXISTS reconciliation CASCADE;
       CREATE ROLE history_reader LOGIN PASSWORD 'pw';
       CREATE ROLE history_read_only LOGIN SUPERUSER PASSWORD 'pw';
       ALTER ROLE history_read_only SET default_transaction_read_only = on`,
    );
  });

  it.each([
    [
      "a role that may make no schema",
      "history_reader",
      /user "history_reader" may not make its tables; .*history\.sql/,
    ],
    ["a role whose transactions only read", "history_read_only", /may not make its tables/],
  ])("by %s: the file takes the runs, and nothing is made", async (_, user, note) => {
    const history = await open(user, true);
    expect(history).toMatchObject({ kept: "file", note: expect.stringMatching(note) });
    await history.append(runs()[0] as RunRecord);
    await history.close();
    expect(await sql("postgres", "SELECT FROM pg_namespace WHERE nspname = 'reconciliation'")).toEqual([]);
  });

  it("where there is a history that is closed to it, and one it may read", async () => {
    const owner = await openHistory({
      databaseUrl: databases["postgres"]?.url,
      reports: folder.free("r"),
      toWrite: true,
    });
    await owner.append(runs()[0] as RunRecord);
    await owner.close();
    expect((await open("history_reader", true)).note).toMatch(/may not add to it/);
    expect((await open("history_reader", false)).kept).toBe("file");
    await sql(
      "postgres",
      "GRANT USAGE ON SCHEMA reconciliation TO history_reader; GRANT SELECT ON reconciliation.runs, reconciliation.history_events TO history_reader",
    );
    expect((await open("history_reader", true)).note).toMatch(/may not add to it/);
    for (const user of ["history_reader", "history_read_only"]) {
      const reading = await open(user, false);
      expect(reading.kept).toBe("postgres");
      expect(await reading.read()).toHaveLength(1);
      await reading.close();
    }
    expect((await open("history_read_only", true)).kept).toBe("file");
    await sql("postgres", "GRANT INSERT ON reconciliation.runs, reconciliation.history_events TO history_reader");
    const writing = await open("history_reader", true);
    await writing.append(runs()[1] as RunRecord);
    expect(await writing.read()).toHaveLength(2);
    await expect(writing.prune(new Date(), "kim")).rejects.toMatchObject({ code: "no_right" });
    expect(await writing.events()).toEqual([]);
    await writing.close();
  });
});
