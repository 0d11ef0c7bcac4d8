import type { Client } from "pg";
import { explainDatabaseError } from "./explain-database-error";
import { isDatabaseError } from "./is-database-error";

/** What one transaction saw. */
export interface Snapshot {
  /** The instant the rows are of, ISO 8601 in UTC by the server's clock. On a replica: of the last change that had reached it. */
  readonly takenAt: string;
  /** Such as `15.18`. */
  readonly serverVersion: string;
  readonly isReplica: boolean;
}

const SNAPSHOT = `
  SELECT
    coalesce(CASE WHEN pg_is_in_recovery() THEN pg_last_xact_replay_timestamp() END, statement_timestamp()) AS taken_at,
    split_part(current_setting('server_version'), ' ', 1) AS server_version,
    pg_is_in_recovery() AS is_replica`;

/** How values are written: the same whatever the server, the role and the environment are set to. */
const SETTINGS = [
  "SET LOCAL TimeZone = 'UTC'",
  "SET LOCAL DateStyle = 'ISO, YMD'",
  "SET LOCAL IntervalStyle = 'postgres'",
  "SET LOCAL bytea_output = 'hex'",
  "SET LOCAL extra_float_digits = 1",
  "SET LOCAL lock_timeout = '10s'",
];

/** The time a statement may take, in seconds, unless told otherwise. */
export const STATEMENT_TIMEOUT_SECONDS = 900;

/**
 * Runs `work` in one REPEATABLE READ READ ONLY transaction, in which all queries see the same rows and none can write.
 *
 * @throws ReconError for all that PostgreSQL refuses; what `work` throws besides is thrown as it is.
 */
export async function readOnlySnapshot<Result>(
  client: Client,
  work: (snapshot: Snapshot) => Promise<Result>,
  options: { readonly statementTimeoutSeconds?: number | undefined } = {},
): Promise<Result> {
  const seconds = options.statementTimeoutSeconds ?? STATEMENT_TIMEOUT_SECONDS;
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await client.query([...SETTINGS, `SET LOCAL statement_timeout = ${Math.ceil(seconds * 1000)}`].join("; "));
    const { rows } = await client.query<{ taken_at: Date; server_version: string; is_replica: boolean }>(SNAPSHOT);
    const [row] = rows as [(typeof rows)[0]];
    const snapshot: Snapshot = {
      takenAt: row.taken_at.toISOString(),
      serverVersion: row.server_version,
      isReplica: row.is_replica,
    };
    const result = await work(snapshot);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw isDatabaseError(error) ? explainDatabaseError(error, client) : error;
  }
}
