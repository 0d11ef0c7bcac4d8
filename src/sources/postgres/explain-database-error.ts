import { ReconError } from "../../recon-error";
import { isTlsFailure } from "../stripe-api/is-tls-failure";
import { type DatabaseTarget, databaseText, serverText } from "./database-target";
import { LOST_CONNECTION } from "./is-database-error";

const RUNBOOK = 'See the "Database Connection Failure" runbook.';

/**
 * Explains a failure of PostgreSQL to a person: what failed, what to do and, where the connection is the matter, which runbook to
 * open. It never holds a password.
 *
 * @param databases - names like that of a database that is not there, for the message
 * @returns an error that ends the terminal with 2; one of ours is returned as it is
 */
export function explainDatabaseError(
  error: unknown,
  target: DatabaseTarget,
  databases: readonly string[] = [],
): ReconError {
  if (error instanceof ReconError) return error;
  const { code = "", message } = error as NodeJS.ErrnoException;
  const failure = connectionFailure(code, message, target, databases) ?? queryFailure(code, message, target);
  return new ReconError(failure.code, `PostgreSQL: ${failure.text}`, { cause: error });
}

interface Explained {
  readonly code: string;
  readonly text: string;
}

/** Codes of five characters are PostgreSQL's. Source: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function connectionFailure(
  code: string,
  message: string,
  target: DatabaseTarget,
  databases: readonly string[],
): Explained | null {
  const server = serverText(target);
  const fail = (name: string, text: string): Explained => ({ code: name, text: `${text} ${RUNBOOK}` });
  const unreachable = (text: string): Explained => fail("database_unreachable", text);
  if (code === "ECONNREFUSED" || (code === "ENOENT" && target.host.startsWith("/")))
    return unreachable(`nothing listens at ${server}. Is the server running, and are host and port right?`);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return unreachable(`the host ${target.host} is not known (${code}). Check its name, and the network or VPN.`);
  if (/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/.test(code) || message === "timeout expired")
    return unreachable(`${server} does not answer. Check the network, the firewall and whether a VPN is needed.`);
  if (message === "The server does not support SSL connections")
    return fail(
      "database_tls",
      `${server} offers no TLS, but sslmode asks for it. Turn it on at the server, or change sslmode.`,
    );
  if (isTlsFailure({ code }))
    return fail(
      "database_tls",
      `no secure connection to ${server}: ${message} (${code}). Name the certificate authority with sslrootcert, and the host as its certificate does.`,
    );
  if (message.startsWith("There was an error establishing an SSL") || message.startsWith("received invalid response"))
    return unreachable(`what listens at ${server} does not speak PostgreSQL. Check host and port.`);
  if (code === "28P01" || message.startsWith("SASL: SCRAM-SERVER-FIRST-MESSAGE: client password"))
    return fail(
      "database_password",
      `${server} does not accept the password of user "${target.user}"${code === "" ? ": none was given" : ""}. Check the password in DATABASE_URL, or in PGPASSWORD when the URL has none; special characters must be percent-encoded in a URL.`,
    );
  if (code === "28000") return fail("database_refused", `${server} refuses user "${target.user}": ${message}.`);
  if (code === "3D000")
    return fail(
      "no_such_database",
      `there is no database ${databaseText(target)}.${databases.length === 0 ? "" : ` Nearest: ${databases.join(", ")}.`}`,
    );
  if (code === "53300") return fail("database_busy", `${server} has no connection left: ${message}. Try later.`);
  if (code === "57P03") return unreachable(`${server} is not ready: ${message}. Try again in a moment.`);
  if (
    /^(57P0[125]|25P03)$/.test(code) ||
    code.startsWith("08") ||
    LOST_CONNECTION.test(message) ||
    /^(ECONNRESET|EPIPE)$/.test(code)
  )
    return fail(
      "database_lost",
      `the connection to ${server} was lost: ${message}. Is the server running? Then run the same command again.`,
    );
  return null;
}

function queryFailure(code: string, message: string, target: DatabaseTarget): Explained {
  const where = databaseText(target);
  if (message.includes("row-level security"))
    return { code: "row_security", text: `${message}, for user "${target.user}" of ${where}.` };
  if (code === "42501")
    return {
      code: "no_right",
      text: `user "${target.user}" of ${where} has no right to do this: ${message}. Grant it, such as: GRANT SELECT ON … TO …; and USAGE on the schema.`,
    };
  if (code === "42703") return { code: "no_such_column", text: `in ${where}: ${message}. Check the name.` };
  if (code === "42P01" || code === "3F000")
    return { code: "no_such_table", text: `in ${where}: ${message}. Check the name and its schema.` };
  if (code === "25006")
    return {
      code: "read_only",
      text: `${where} takes no changes here: ${message}. Connect to the primary, as a user that may write.`,
    };
  if (code === "57014" && message.includes("statement timeout"))
    return {
      code: "database_timeout",
      text: `the query on ${where} took longer than its time limit. Raise it with --statement-timeout, or try when the server is less busy.`,
    };
  if (code === "55P03")
    return {
      code: "database_locked",
      text: `the table in ${where} is locked by another session, as by a migration. Wait for its end and try again.`,
    };
  if (code === "57014")
    return { code: "database_stopped", text: `the query on ${where} was canceled by someone else.` };
  if (code === "40001")
    return {
      code: "database_conflict",
      text: `${where}: ${message}. A replica drops rows a long read needs: try again, or read from the primary.`,
    };
  return { code: "database_failed", text: `${where}: ${message}${code === "" ? "" : ` (${code})`}.` };
}
