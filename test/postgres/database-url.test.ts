import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { readDatabaseUrl } from "../../src/sources/postgres/database-url";

/** How TLS is tried, in order. */
function modesOf(url: string, env: NodeJS.ProcessEnv = {}): (string | null)[] {
  return readDatabaseUrl(url, env).attempts.map((attempt) => new URLSearchParams(attempt.split("?")[1]).get("sslmode"));
}

const TLS_FIRST = ["no-verify", "disable"];

describe("readDatabaseUrl", () => {
  it.each<[string, NodeJS.ProcessEnv, string[]]>([
    ["postgres://u:p@h/d", {}, TLS_FIRST],
    ["  postgresql://u:p@h:5432/d\n", {}, TLS_FIRST],
    ["postgres://u:p@ss@h/d", {}, TLS_FIRST],
    ["postgres://u@h/d?password=a@b", {}, TLS_FIRST],
    ["postgres://u:p@[::1]:5432/d", {}, TLS_FIRST],
    ["postgres://h/d?user=a@b", {}, TLS_FIRST],
    ["postgres:///d?host=db.example.com", {}, TLS_FIRST],
    ["postgres:///d?host=/var/run/postgresql", {}, ["disable"]],
    ["postgres:///d?host=%2Fvar%2Frun%2Fpostgresql", {}, ["disable"]],
    ["postgres:///d", { PGHOST: "/var/run/postgresql" }, ["disable"]],
    ["postgres:///d", { PGHOST: "db.example.com" }, TLS_FIRST],
    ["postgres:///d", {}, TLS_FIRST],
    ["postgres://%2Fvar%2Frun%2Fpostgresql/d", {}, ["disable"]],
    ["postgres://u:p@h/d?sslmode=allow", {}, ["disable", "no-verify"]],
    ["postgres://u:p@h/d?sslmode=require", { PGSSLMODE: "disable" }, ["require"]],
    ["postgres://u:p@h/d", { PGSSLMODE: "verify-full" }, ["verify-full"]],
    ["postgres://u:p@h/d?sslrootcert=system", {}, ["verify-full"]],
    ["postgres://u:p@h/d?ssl=true", {}, ["require"]],
    ["postgres://u:p@h/d?ssl=false", {}, ["disable"]],
  ])("tries TLS for %s with %j as psql does", (url, env, modes) => {
    expect(modesOf(url, env)).toEqual(modes);
  });

  it.each([
    ["", "DATABASE_URL is not set"],
    ["  \n", "DATABASE_URL is not set"],
    [undefined, "DATABASE_URL is not set"],
    ["mysql://u:s3cret@h/d", "no URL of PostgreSQL"],
    ["'postgres://u:s3cret@h/d'", "no URL of PostgreSQL"],
    ["u:s3cret@h/d", "no URL of PostgreSQL"],
    ["postgres://u:x#s3cret@h/d", "ends early"],
    ["postgres://u:12/s3cret@h/d", "ends early"],
    ["postgres://u:1?s3cret@h/d", "ends early"],
    ["postgres://u:a@s3cret?x@h/d", "ends early"],
    ["postgres://u:a@s3cret?x=y@h/d", "ends early"],
    ["postgres://u:a@s3cret/x@h/d", "ends early"],
    ["postgres://u:a@s3cret#x@h/d", "ends early"],
    ["postgres://u:s3cret@one:5432,two:5432/d", "several hosts"],
    ["postgres://u:s3cret@h/d?sslmode=maybe", "sslmode is none of"],
  ])("refuses %j without repeating it", (url, message) => {
    let error: unknown;
    try {
      readDatabaseUrl(url, {});
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ name: "ReconError", exitCode: 2, message: expect.stringContaining(message) });
    expect(inspect(error, { depth: 9 })).not.toContain("s3cret");
  });

  it.each([
    ["", {}, 10],
    ["?connect_timeout=3", { PGCONNECT_TIMEOUT: "7" }, 3],
    ["", { PGCONNECT_TIMEOUT: "7" }, 7],
    ["?connect_timeout=soon", {}, 10],
  ])("waits for %j with %j %d seconds", (options, env, seconds) => {
    expect(readDatabaseUrl(`postgres://h/d${options}`, env).connectSeconds).toBe(seconds);
  });
});
