import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";

/** Where a scope is held. */
export interface ScopeLock {
  readonly databaseUrl: string | undefined;
  /** Folder of the reports: without a database the lock is a file in it. */
  readonly reports: string;
  readonly scope: string;
  /** Told when somebody else may hold the scope, too, such as after the database was restarted. */
  readonly onLost: (why: string) => void;
}

/** Gives a scope back. */
export type Release = () => Promise<void>;

/** A holder that died is not waited for longer, in milliseconds; one that lives says so twice in that time. */
const STALE = 20_000;

/**
 * Holds a scope, so that no two reconciliations of it on schedule go on at once, on whatever machines: by an advisory lock of the
 * database's, which goes with its holder, else by a file. Null when somebody else holds it.
 *
 * The lock belongs to a session: behind a pooler that shares sessions out by transaction it holds nothing. A database that cannot be
 * reached leaves the file.
 */
export async function holdScope({ databaseUrl, ...lock }: ScopeLock): Promise<Release | null> {
  const name = createHash("sha256").update(`recon ${lock.scope}`).digest();
  const client = await connected(databaseUrl);
  if (client === null) return holdFile(join(lock.reports, `.scope-${name.toString("hex", 0, 8)}`), lock);
  let isHeld = true;
  const release = async (): Promise<void> => {
    isHeld = false;
    await client.end().catch(() => undefined);
  };
  try {
    const { rows } = await client.query<{ held: boolean }>("SELECT pg_try_advisory_lock($1::bigint) AS held", [
      name.readBigInt64BE().toString(),
    ]);
    if (rows[0]?.held !== true) {
      await release();
      return null;
    }
  } catch (error) {
    await release();
    throw error;
  }
  client.on("end", () => {
    if (isHeld) lock.onLost("the connection that held it was lost");
  });
  return release;
}

async function connected(databaseUrl: string | undefined): Promise<Client | null> {
  if ((databaseUrl ?? "").trim() === "") return null;
  const { connectDatabase } = await import("../sources/postgres/connect-database");
  return connectDatabase(databaseUrl, { applicationName: "recon lock" }).catch(() => null);
}

async function holdFile(path: string, { reports, onLost }: Omit<ScopeLock, "databaseUrl">): Promise<Release | null> {
  await mkdir(reports, { recursive: true });
  const { lock } = await import("proper-lockfile");
  const onCompromised = ({ message }: Error): void => onLost(message);
  try {
    return await lock(path, { stale: STALE, realpath: false, onCompromised });
  } catch (error) {
    if ((error as { code?: string }).code === "ELOCKED") return null;
    throw error;
  }
}
