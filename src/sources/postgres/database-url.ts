import { ReconError } from "../../recon-error";

/** How TLS is used: libpq's words. Source: https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION */
const TLS_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
type TlsMode = (typeof TLS_MODES)[number];

/** A database URL, taken apart as far as connecting needs it. It holds the password: never print it. */
export interface DatabaseUrl {
  /** One URL for each way that is tried, best first: with TLS, without. */
  readonly attempts: readonly string[];
  readonly connectSeconds: number;
  readonly channelBinding: boolean;
}

const EXAMPLE = "such as postgres://user:password@host:5432/database, as psql takes it";
const DEFAULT_CONNECT_SECONDS = 10;

/**
 * Reads a database URL as psql does: TLS is tried and the certificate checked as `sslmode` says, else `PGSSLMODE`, else `prefer`.
 *
 * @throws ReconError when it is missing or is no URL of PostgreSQL; no part of it is repeated.
 */
export function readDatabaseUrl(given: string | undefined, env: NodeJS.ProcessEnv = process.env): DatabaseUrl {
  const url = given?.trim() ?? "";
  if (url === "")
    throw new ReconError("no_database_url", `DATABASE_URL is not set. Set it to the database's URL, ${EXAMPLE}.`);
  const parts = /^postgres(?:ql)?:\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(#.*)?$/is.exec(url);
  if (parts === null) throw refuse(`it is no URL of PostgreSQL. Expected one ${EXAMPLE}`);
  const [, authority = "", path = "", query = "", fragment] = parts;
  const parameters = new URLSearchParams(query);
  if (fragment !== undefined || path.includes("@") || [...parameters].some(isPartOfAddress))
    throw refuse(
      "it ends early at a character that means something in a URL. Write it percent-encoded in the user name and password: # is %23, / is %2F, ? is %3F, @ is %40",
    );
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  if (host.includes(",")) throw refuse("it names several hosts. Give the one to read from; a replica will do");

  const mode = tlsMode(parameters, env);
  const isSocket = /^(\/|%2f)/i.test(parameters.get("host") ?? (host || (env["PGHOST"] ?? "")));
  const seconds = Number(parameters.get("connect_timeout") ?? env["PGCONNECT_TIMEOUT"] ?? DEFAULT_CONNECT_SECONDS);
  return {
    attempts: waysOf(mode, isSocket).map((way) => withTls(url.split("?", 1)[0] as string, parameters, way, env)),
    connectSeconds: seconds > 0 ? seconds : DEFAULT_CONNECT_SECONDS,
    channelBinding: parameters.get("channel_binding") === "require",
  };
}

/** Whether a parameter is the end of a password that holds a question mark, and the host behind it. */
function isPartOfAddress([name, value]: [string, string]): boolean {
  return /[@/:]/.test(name) || (value.includes("@") && !/^(user|password|options|application_name)$/.test(name));
}

function refuse(why: string): ReconError {
  return new ReconError("bad_database_url", `DATABASE_URL cannot be used: ${why}.`);
}

/** `ssl=true` is another program's spelling, which libpq takes, too. */
function tlsMode(parameters: URLSearchParams, env: NodeJS.ProcessEnv): TlsMode | "no-verify" {
  const spelled: Record<string, TlsMode> = {
    true: "require",
    1: "require",
    "no-verify": "require",
    false: "disable",
    0: "disable",
  };
  const system = parameters.get("sslrootcert") === "system" ? "verify-full" : undefined;
  const given = parameters.get("sslmode") ?? spelled[parameters.get("ssl") ?? ""] ?? system ?? env["PGSSLMODE"];
  if (given === undefined || given === "") return "prefer";
  if (given === "no-verify") return given;
  const mode = TLS_MODES.find((each) => each === given);
  if (mode !== undefined) return mode;
  throw refuse(`its sslmode is none of ${TLS_MODES.join(", ")}`);
}

/** In which order TLS is tried. The client behind us knows neither `allow` nor `prefer`. */
function waysOf(mode: TlsMode | "no-verify", isSocket: boolean): readonly string[] {
  if (isSocket || mode === "disable") return ["disable"];
  if (mode === "allow") return ["disable", "no-verify"];
  return mode === "prefer" ? ["no-verify", "disable"] : [mode];
}

function withTls(base: string, parameters: URLSearchParams, mode: string, env: NodeJS.ProcessEnv): string {
  const changed = new URLSearchParams(parameters);
  for (const name of ["ssl", "connect_timeout", "channel_binding"]) changed.delete(name);
  const root = parameters.get("sslrootcert") ?? env["PGSSLROOTCERT"];
  changed.delete("sslrootcert");
  if (root !== undefined && root !== "" && root !== "system" && mode !== "disable") changed.set("sslrootcert", root);
  changed.set("sslmode", mode);
  // libpq's meaning of the modes; the client's own would check every certificate, and psql would connect where we do not.
  if (mode !== "no-verify") changed.set("uselibpqcompat", "true");
  return `${base}?${changed}`;
}
