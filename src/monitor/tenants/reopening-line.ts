import type { Client } from "pg";
import { isDatabaseError } from "../../sources/postgres/is-database-error";

/** Runs statements, one after the other. */
export interface Line {
  query<Row = Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number | null }>;
  end(): Promise<void>;
}

/**
 * A connection that is opened again when the next statement comes after it was lost. What a statement that failed left open is rolled
 * back; statements do not share a transaction, unless they stand in one text.
 */
export function reopeningLine(connect: () => Promise<Client>): Line {
  let client: Client | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const drop = async (): Promise<void> => {
    const lost = client;
    client = null;
    await lost?.end().catch(() => undefined);
  };
  const run = async (sql: string, values: readonly unknown[] | undefined) => {
    client ??= await connect();
    const open = client;
    try {
      return await open.query(sql, values as unknown[] | undefined);
    } catch (error) {
      const isWell =
        isDatabaseError(error) &&
        (await open
          .query("ROLLBACK")
          .then(() => true)
          .catch(() => false));
      if (!isWell) await drop();
      throw error;
    }
  };
  return {
    query: (sql, values) => {
      const done = last.then(() => run(sql, values));
      last = done.catch(() => undefined);
      return done as never;
    },
    end: () => last.then(drop),
  };
}
