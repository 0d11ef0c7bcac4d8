import type { Client } from "pg";
import { isDatabaseError } from "../../sources/postgres/is-database-error";

/** The first of the two numbers of a tenant's lock; the second is made of its run and name. */
const TENANT_LOCK = 726_563_113;

/** A worker that says nothing for so long has lost its locks. */
const SILENCE = "60s";
const SAYS_SOMETHING_MS = 10_000;

/** What ends the session of a worker that hangs or whose machine is gone. Servers before 14 do not know the first one. */
const SETTINGS = [
  `SET idle_session_timeout = '${SILENCE}'`,
  "SET tcp_keepalives_idle = 15",
  "SET tcp_keepalives_interval = 5",
  "SET tcp_keepalives_count = 3",
];

/** Who holds the locks of one worker: a session of its own, that PostgreSQL ends with the worker. */
export interface LockHolder {
  readonly query: Client["query"];
  /** Whether the tenant is ours now; false when a worker that lives is at it. */
  take(runId: string, tenant: string): Promise<boolean>;
  release(runId: string, tenant: string): Promise<void>;
  close(): Promise<void>;
}

/** Readies a client, which is used for nothing else, to hold locks. */
export async function lockHolder(client: Client): Promise<LockHolder> {
  for (const setting of SETTINGS)
    await client.query(setting).catch((error: unknown) => {
      if (!isDatabaseError(error) || (error as { code?: string }).code !== "42704") throw error;
    });
  const beat = setInterval(() => void client.query("SELECT").catch(() => undefined), SAYS_SOMETHING_MS);
  beat.unref();
  const ask = async (sql: string, runId: string, tenant: string): Promise<boolean> => {
    const { rows } = await client.query<{ done: boolean }>(`SELECT ${sql}($1, hashtext($2)) AS done`, [
      TENANT_LOCK,
      `${runId} ${tenant}`,
    ]);
    return rows[0]?.done === true;
  };
  return {
    query: client.query.bind(client) as Client["query"],
    take: (runId, tenant) => ask("pg_try_advisory_lock", runId, tenant),
    release: async (runId, tenant) => void (await ask("pg_advisory_unlock", runId, tenant)),
    close: async () => {
      clearInterval(beat);
      await client.end().catch(() => undefined);
    },
  };
}

/** One row: how many tenants workers are at, in the whole database. */
export const COUNT_LOCKS = `
  SELECT count(*)::int AS held
  FROM pg_locks
  WHERE locktype = 'advisory' AND classid = ${TENANT_LOCK} AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
