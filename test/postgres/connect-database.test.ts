import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { inspect } from "node:util";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectDatabase } from "../../src/sources/postgres/connect-database";
import { runRecon, theMessage } from "../cli/run-recon";
import type { TestDatabase } from "./start-database";
import { findPrograms, startServer } from "./start-server";
import { temporaryFolder } from "./temporary-folder";

/** A password that has to be percent-encoded in a URL, and the pieces that must be seen nowhere. */
const PASSWORD = "s3cret/p@ss#w:o?rd %41é";
const SECRET = /s3cret|p@ss|p%40ss|w:o|rd %41|sesame/i;

const HBA = `
hostssl   all tls_only   127.0.0.1/32 scram-sha-256
hostnossl all plain_only 127.0.0.1/32 scram-sha-256
host      all postgres,reader 127.0.0.1/32 scram-sha-256`;

const RUNBOOK = 'See the "Database Connection Failure" runbook.';

describe.runIf(findPrograms() !== null)("connecting to PostgreSQL", () => {
  const folder = temporaryFolder();
  const others: Server[] = [];
  const ports: Record<string, number> = {};
  let database: TestDatabase;
  beforeAll(async () => {
    chmodSync(folder.path, 0o755);
    writeFileSync(folder.file("pg_hba.conf"), HBA);
    database = await startServer({ ssl: "on", hba_file: folder.file("pg_hba.conf"), max_connections: "8" });
    const admin = await connectDatabase(database.url);
    const roles = ["tls_only", "plain_only", "reader", "outsider"];
    for (const role of roles) await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD ${admin.escapeLiteral(PASSWORD)}`);
    await admin.query("CREATE DATABASE shop");
    await admin.end();
    ports["server"] = Number(new URL(database.url).port);
    ports["http"] = await listen(createHttpServer((_, response) => response.end("hello")));
    ports["silent"] = await listen(createServer((socket) => socket.on("error", () => undefined)));
    ports["closing"] = await listen(createServer((socket) => socket.on("error", () => undefined).destroy()));
  });
  afterAll(async () => {
    for (const server of others) server.close();
    await database?.stop();
    folder.remove();
  });

  async function listen(server: Server): Promise<number> {
    others.push(server.listen(0, "127.0.0.1"));
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  /** A URL of this test's server, as a role with {@link PASSWORD}. */
  function urlOf(
    role: string,
    options = "",
    { host = "127.0.0.1", port = "server", name = "postgres", password = PASSWORD } = {},
  ): string {
    return `postgres://${role}:${encodeURIComponent(password)}@${host}:${ports[port] ?? port}/${name}${options}`;
  }

  function asOwner(options: string, host = "127.0.0.1"): string {
    return `${database.url.replace("127.0.0.1", host)}${options.replace("CERTIFICATE", database.certificate ?? "")}`;
  }

  async function isEncrypted(client: Client): Promise<boolean> {
    const { rows } = await client.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    await client.end();
    return rows[0]?.ssl;
  }

  it.each([
    ["", true],
    ["?sslmode=disable", false],
    ["?sslmode=allow", false],
    ["?sslmode=prefer", true],
    ["?sslmode=require", true],
    ["?sslmode=no-verify", true],
    ["?ssl=true", true],
    ["?ssl=0", false],
    ["?sslmode=verify-ca&sslrootcert=CERTIFICATE", true],
    ["?sslmode=require&channel_binding=require", true],
    ["?connect_timeout=5&application_name=us&schema=public", true],
  ])("takes %s as psql does", async (options, encrypted) => {
    expect(await isEncrypted(await connectDatabase(asOwner(options)))).toBe(encrypted);
  });

  it("checks the host against the certificate with verify-full", async () => {
    const options = "?sslmode=verify-full&sslrootcert=CERTIFICATE";
    expect(await isEncrypted(await connectDatabase(asOwner(options, "localhost")))).toBe(true);
  });

  it.each([
    ["tls_only", true],
    ["plain_only", false],
  ])("finds the way the server lets %s in, unless told which", async (role, encrypted) => {
    expect(await isEncrypted(await connectDatabase(urlOf(role)))).toBe(encrypted);
    const other = encrypted ? "?sslmode=disable" : "?sslmode=require";
    await expect(connectDatabase(urlOf(role, other))).rejects.toMatchObject({ code: "database_refused" });
  });

  it("has the time zone and the schema that the URL's options set", async () => {
    const client = await connectDatabase(urlOf("reader", "?options=-c%20search_path%3Dbilling"));
    expect((await client.query("SHOW search_path")).rows).toEqual([{ search_path: "billing" }]);
    await client.end();
  });

  it("survives the loss of an idle connection; the next query tells", async () => {
    const client = await connectDatabase(database.url);
    const other = await connectDatabase(database.url);
    await other.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
    );
    await other.end();
    await expect(client.query("SELECT 1")).rejects.toThrow();
  });

  const failures: readonly [what: string, url: () => string, code: string, message: RegExp][] = [
    [
      "a port nobody listens at",
      () => urlOf("reader", "", { port: "1" }),
      "database_unreachable",
      /nothing listens at 127\.0\.0\.1:1\./,
    ],
    [
      "a socket that is not there",
      () => "postgres:///shop?host=/nowhere&user=reader&password=s3cret",
      "database_unreachable",
      /nothing listens at \/nowhere\/\.s\.PGSQL\.5432/,
    ],
    [
      "a host that is not known",
      () => urlOf("reader", "", { host: "db.invalid" }),
      "database_unreachable",
      /the host db\.invalid is not known/,
    ],
    [
      "a host that is silent",
      () => urlOf("reader", "?connect_timeout=1", { port: "silent" }),
      "database_unreachable",
      /does not answer/,
    ],
    ["a host that hangs up", () => urlOf("reader", "", { port: "closing" }), "database_lost", /was lost/],
    ["a web server", () => urlOf("reader", "", { port: "http" }), "database_unreachable", /does not speak PostgreSQL/],
    [
      "a wrong password",
      () => urlOf("reader", "", { password: "s3cret" }),
      "database_password",
      /does not accept the password of user "reader"/,
    ],
    ["no password", () => urlOf("reader").replace(/:[^/@]*@/, "@"), "database_password", /none was given/],
    [
      "a user the server does not let in",
      () => urlOf("outsider"),
      "database_refused",
      /refuses user "outsider": no pg_hba\.conf entry/,
    ],
    ["a user that is not there", () => urlOf("ghost"), "database_refused", /refuses user "ghost"/],
    [
      "a database that is not there",
      () => urlOf("reader", "", { name: "shopp" }),
      "no_such_database",
      /no database "shopp" on .*\. Nearest: shop\. See/,
    ],
    [
      "a certificate nobody vouches for",
      () => asOwner("?sslmode=verify-full"),
      "database_tls",
      /self-signed certificate/,
    ],
    [
      "a certificate of another host",
      () => asOwner("?sslmode=verify-full&sslrootcert=CERTIFICATE"),
      "database_tls",
      /does not match certificate/,
    ],
  ];

  it.each(failures)("explains %s without the password", async (_, url, code, message) => {
    const error: Error = await connectDatabase(url()).then(
      () => expect.fail("it connected"),
      (error: Error) => error,
    );
    expect(error).toMatchObject({ code, exitCode: 2, message: expect.stringMatching(message) });
    expect(error.message.endsWith(RUNBOOK)).toBe(true);
    expect(inspect(error, { depth: 9 })).not.toMatch(SECRET);
  });

  it("explains a server whose connections are all taken", async () => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => connectDatabase(urlOf("reader"))));
    await expect(connectDatabase(urlOf("reader"))).rejects.toMatchObject({
      code: "database_busy",
      message: expect.stringContaining(RUNBOOK),
    });
    await Promise.all(clients.map((client) => client.end()));
  });

  it.each([
    [
      "its URL",
      () => ({ DATABASE_URL: urlOf("reader", "", { password: `${PASSWORD}!` }) }),
      /does not accept the password/,
    ],
    [
      "PGPASSWORD",
      () => ({ DATABASE_URL: urlOf("reader").replace(/:[^/@]*@/, "@"), PGPASSWORD: `${PASSWORD}!` }),
      /does not accept the password/,
    ],
    [
      "a URL that is not encoded",
      () => ({ DATABASE_URL: `postgres://reader:${PASSWORD}@127.0.0.1:${ports["server"]}/shop` }),
      /percent-encoded/,
    ],
    ["a URL that is malformed", () => ({ DATABASE_URL: "postgres://reader:s3cret@127.0.0.1:port/shop" }), /malformed/],
    ["no URL", () => ({ DATABASE_URL: "" }), /DATABASE_URL is not set/],
  ])("the terminal never shows the password of %s, not with RECON_DEBUG either", async (_, env, message) => {
    const answer = await runRecon(["export", "database", "--out", folder.file("x.csv")], {
      env: { ...env(), RECON_DEBUG: "1" },
    });
    expect(answer.status).toBe(2);
    expect(answer.stderr).toMatch(message);
    expect(answer.stderr + answer.stdout).not.toMatch(SECRET);
  });

  it("takes the password from PGPASSWORD when the URL has none", async () => {
    const env = { DATABASE_URL: urlOf("reader").replace(/:[^/@]*@/, "@"), PGPASSWORD: PASSWORD };
    const answer = await runRecon(["export", "database", "--out", folder.file("x.csv")], { env });
    expect(theMessage(answer)).toContain("there is no table subscriptions");
  });

  it("explains a server that is down", async () => {
    await database.stop();
    await expect(connectDatabase(database.url)).rejects.toMatchObject({
      code: "database_unreachable",
      message: expect.stringContaining("Is the server running"),
    });
  });
});
