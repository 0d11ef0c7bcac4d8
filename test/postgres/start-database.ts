import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { startPglite } from "../../data/demo/start-pglite";
import { findPrograms, type ServerSettings, startServer } from "./start-server";

/** What a database is run by: PGlite inside this process, or a PostgreSQL server. */
export type DatabaseKind = "pglite" | "postgres";

/** An empty database of a test's own. */
export interface TestDatabase {
  readonly kind: DatabaseKind;
  /** Of a user that may do everything, with its password. */
  readonly url: string;
  /** Ends it and removes what it kept on disk. May be called twice. */
  readonly stop: () => Promise<void>;
  /** Ends the server as a crash does and starts it on the same port; its data stay. Only where the server is ours. */
  readonly restart?: () => Promise<void>;
  /** The server's process, to be killed. Only where the server is ours. */
  readonly pid?: number;
  /** The file of its certificate, where its settings turned `ssl` on. */
  readonly certificate?: string;
}

/**
 * The kinds of database a suite can run on here. Without a PostgreSQL server it says so, and with `CI=true` that is a failure.
 *
 *     describe.each(databaseKinds())("export from %s", (kind) => { … startDatabase(kind) … })
 */
export function databaseKinds(): readonly DatabaseKind[] {
  if (process.env["TEST_DATABASE_URL"] || findPrograms() !== null) return ["pglite", "postgres"];
  const missing =
    "No PostgreSQL server: set TEST_DATABASE_URL, or install the programs postgres and initdb (Debian's package postgresql)";
  if (process.env["CI"] === "true") throw new Error(`${missing}.`);
  console.warn(`${missing}. These tests run on PGlite alone.`);
  return ["pglite"];
}

/**
 * Starts an empty database. A real one is a new database in the server of `TEST_DATABASE_URL`, else a server of our own in a
 * temporary folder.
 */
export function startDatabase(kind: DatabaseKind, settings: ServerSettings = {}): Promise<TestDatabase> {
  if (kind === "pglite") return startPglite();
  const server = process.env["TEST_DATABASE_URL"];
  return server ? createIn(server) : startServer(settings);
}

async function createIn(server: string): Promise<TestDatabase> {
  const name = `recon_test_${randomBytes(6).toString("hex")}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  await run(server, `CREATE DATABASE ${name}`);
  return {
    kind: "postgres",
    url: url.href,
    stop: () => run(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function run(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
