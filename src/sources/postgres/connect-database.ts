import type { Client } from "pg";
import { ReconError } from "../../recon-error";
import { readDatabaseUrl } from "./database-url";
import { explainDatabaseError } from "./explain-database-error";
import { nearestNames } from "./nearest-names";

/**
 * Connects to the database of a URL, as psql would: TLS and all options of the URL, `PGPASSWORD` and the like.
 * The caller ends the client. A connection that is lost later makes the next query fail, nothing else.
 *
 * Settings are the work of `readOnlySnapshot`: one for the whole session would be left behind in a connection pooler.
 *
 * @param url - usually `process.env.DATABASE_URL`; undefined is refused with a message that says so
 * @throws ReconError that names the "Database Connection Failure" runbook and never the password.
 */
export async function connectDatabase(
  url: string | undefined,
  options: { applicationName?: string } = {},
): Promise<Client> {
  const { attempts, connectSeconds, channelBinding } = readDatabaseUrl(url);
  let failure: unknown;
  for (const connectionString of attempts) {
    const client = await makeClient(connectionString, {
      application_name: options.applicationName ?? "recon",
      connectionTimeoutMillis: connectSeconds * 1000,
      enableChannelBinding: channelBinding,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    try {
      return await client.connect();
    } catch (error) {
      await client.end().catch(() => undefined);
      failure = await explain(error, client, connectionString);
      if (!mayDependOnTls(error)) break;
    }
  }
  throw failure;
}

/** The client reads the certificates a URL names, and its error on a malformed URL holds the URL. Its package is loaded here, since few commands need it. */
async function makeClient(connectionString: string, options: object): Promise<Client> {
  const pg = await import("pg");
  let client: Client;
  try {
    client = new pg.Client({ ...options, connectionString });
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException;
    const why =
      code !== undefined && path !== undefined
        ? `${path}, a certificate or key it names, cannot be read (${code})`
        : /sslmode=verify-ca/.test((cause as Error).message)
          ? "sslmode=verify-ca needs sslrootcert, the file of the certificate authority. Name it, or use sslmode=verify-full"
          : "it is malformed. In the user name and the password all but letters, digits and -._~ must be percent-encoded";
    throw new ReconError("bad_database_url", `DATABASE_URL cannot be used: ${why}.`);
  }
  client.on("error", () => undefined);
  return client;
}

/** The server may offer no TLS, or let this user in only with it, or only without. */
function mayDependOnTls(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "28000" || message === "The server does not support SSL connections";
}

async function explain(error: unknown, client: Client, connectionString: string): Promise<ReconError> {
  const isMissing = (error as NodeJS.ErrnoException).code === "3D000";
  const databases = isMissing ? nearestNames(client.database ?? "", await databaseNames(connectionString)) : [];
  return explainDatabaseError(error, client, databases);
}

/** The databases of a server, as seen from the one each server has; none when that is closed to us. */
async function databaseNames(connectionString: string): Promise<string[]> {
  const client = await makeClient(connectionString.replace(/^(\w+:\/\/[^/?]*)[^?]*/, "$1/postgres"), {
    connectionTimeoutMillis: 5_000,
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname",
    );
    return rows.map(({ datname }) => datname);
  } catch {
    return [];
  } finally {
    await client.end().catch(() => undefined);
  }
}
