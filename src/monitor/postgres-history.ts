import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";
import { isoSeconds } from "../reconcile/summarize";
import { databaseText } from "../sources/postgres/database-target";
import { explainDatabaseError } from "../sources/postgres/explain-database-error";
import { type HistoryEvent, historyEventSchema } from "./history-event";
import type { RunHistory, RunQuery } from "./run-history";
import { type RunRecord, runRecordSchema } from "./run-record";

/** Any two numbers, as long as they are always the same: the lock of whoever makes the history's tables. */
const SETUP_LOCK = [726_563_113, 1];

/** Whether a database has a history, and what this user may do with it. */
export type HistoryState = "missing" | "closed" | "readable" | "open";

/** A history in the schema `reconciliation` of a database. The client is the history's own: `close` ends it. */
export function postgresHistory(client: Client): RunHistory {
  const query = <Row extends object>(sql: string, values: readonly unknown[]): Promise<Row[]> =>
    client.query<Row>(sql, [...values]).then(
      ({ rows }) => rows,
      (error: unknown) => {
        throw explainDatabaseError(error, client);
      },
    );
  return {
    place: `reconciliation.runs of ${databaseText(client)}`,
    append: async (record) => {
      const { run_id, scope, outcome, started_at } = record;
      await query(
        `INSERT INTO reconciliation.runs (run_id, scope, outcome, started_at, body)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (run_id) DO NOTHING`,
        [run_id, scope, outcome, started_at, JSON.stringify(record)],
      );
    },
    read: async ({ since, scope, outcome, runId, newest }: RunQuery = {}) => {
      const rows = await query<{ body: unknown }>(
        `SELECT body
         FROM reconciliation.runs
         WHERE ($1::timestamptz IS NULL OR started_at >= $1)
           AND ($2::text IS NULL OR scope = $2)
           AND ($3::text IS NULL OR outcome = $3)
           AND ($4::text IS NULL OR run_id = $4)
         ORDER BY started_at DESC, run_id DESC
         LIMIT $5::bigint`,
        [since ?? null, scope ?? null, outcome ?? null, runId ?? null, newest ?? null],
      );
      return rows.reverse().map(({ body }): RunRecord => runRecordSchema.parse(body));
    },
    addEvent: async (event) => {
      await query("INSERT INTO reconciliation.history_events (event, body) VALUES ($1, $2)", [
        event.event,
        JSON.stringify(event),
      ]);
    },
    events: async () => {
      const rows = await query<{ body: unknown }>("SELECT body FROM reconciliation.history_events ORDER BY seq", []);
      return rows.map(({ body }): HistoryEvent => historyEventSchema.parse(body));
    },
    prune: async (before, who) => {
      const event = { event: "pruned", at: isoSeconds(new Date()), who, before: isoSeconds(before) };
      await query("BEGIN", []);
      try {
        const [pruned] = await query<{ runs: number }>(
          `INSERT INTO reconciliation.history_events (event, body)
           SELECT 'pruned', $1::jsonb || jsonb_build_object('runs', count(*))
           FROM reconciliation.runs
           WHERE started_at < $2::timestamptz
           HAVING count(*) > 0
           RETURNING (body -> 'runs')::int AS runs`,
          [JSON.stringify(event), event.before],
        );
        await query("DELETE FROM reconciliation.runs WHERE started_at < $1::timestamptz", [event.before]);
        await query("COMMIT", []);
        return pruned?.runs ?? 0;
      } catch (error) {
        await query("ROLLBACK", []).catch(() => undefined);
        throw error;
      }
    },
    close: async () => client.end().catch(() => undefined),
  };
}

/** What there is of a history, and what this user may do with it. */
export async function historyState(client: Client): Promise<HistoryState> {
  const { rows } = await client.query<{ tables: number; readable: boolean; writable: boolean }>(
    `SELECT
       count(*)::int AS tables,
       bool_and(has_schema_privilege(namespace.oid, 'USAGE') AND has_table_privilege(class.oid, 'SELECT')) AS readable,
       bool_and(has_table_privilege(class.oid, 'INSERT'))
         AND NOT pg_is_in_recovery()
         AND current_setting('default_transaction_read_only') = 'off' AS writable
     FROM pg_class AS class
     JOIN pg_namespace AS namespace ON namespace.oid = relnamespace
     WHERE nspname = 'reconciliation' AND relname IN ('runs', 'history_events')`,
  );
  const [found] = rows;
  if (found === undefined || found.tables < 2) return "missing";
  if (!found.readable) return "closed";
  return found.writable ? "open" : "readable";
}

/** Makes the history's tables. Its statements are those of history.sql, for an administrator to run. */
export async function makeHistory(client: Client): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query("SELECT pg_advisory_xact_lock($1, $2)", SETUP_LOCK);
    await client.query(await readFile(join(__dirname, "history.sql"), "utf8"));
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
