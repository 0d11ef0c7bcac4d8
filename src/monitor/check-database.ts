import type { Client } from "pg";
import { connectDatabase } from "../sources/postgres/connect-database";
import { databaseText } from "../sources/postgres/database-target";
import { describeTable } from "../sources/postgres/describe-table";
import { hidesRows } from "../sources/postgres/hides-rows";
import { readOnlySnapshot } from "../sources/postgres/read-only-snapshot";
import type { TableDescription } from "../sources/postgres/table-description";
import { answersWithin } from "./answers-within";
import { failedCheck, type SafetyCheck } from "./safety-check";

/** Which database, and how long it may take. */
export interface DatabaseCheck {
  /** `DATABASE_URL`; no part of it is repeated. */
  readonly url: string | undefined;
  /** As `findTable` takes it. */
  readonly table: string;
  readonly seconds: number;
}

const ASKED = { who: "The database", runbook: "Database Connection Failure" };

/** Whether the database answers, and what this user may do with the table. It reads only, and never fails itself. */
export async function checkDatabase({ url, table, seconds }: DatabaseCheck): Promise<SafetyCheck> {
  if ((url ?? "").trim() === "")
    return {
      name: "database",
      outcome: "warn",
      says: "DATABASE_URL is not set, so no database was asked. Exported files can be compared all the same.",
      todo: "Set DATABASE_URL to read the database itself.",
    };
  try {
    return await answersWithin(seconds, ASKED, lookAt(url, table, seconds));
  } catch (error) {
    return failedCheck("database", error);
  }
}

async function lookAt(url: string | undefined, table: string, seconds: number): Promise<SafetyCheck> {
  const client = await connectDatabase(url, { applicationName: "recon check" });
  try {
    const latency = await latencyOf(client);
    return await readOnlySnapshot(
      client,
      async ({ serverVersion, isReplica }) => {
        const found = await describeTable(client, table);
        return judgeRights(found, {
          server: `PostgreSQL ${serverVersion}${isReplica ? " (a replica)" : ""}, ${databaseText(client)}, answers in ${latency} ms`,
          isHidden: await hidesRows(client, found).catch(() => false),
        });
      },
      { statementTimeoutSeconds: seconds },
    );
  } finally {
    client.end().catch(() => undefined);
  }
}

/** How long `SELECT 1` takes, in milliseconds: the middle of three. */
async function latencyOf(client: Client): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    await client.query("SELECT 1");
    times.push(performance.now() - start);
  }
  return Math.max(1, Math.round(times.sort((a, b) => a - b)[1] as number));
}

/** What the user may do with the table, as its description tells. */
function judgeRights(
  table: TableDescription,
  { server, isHidden }: { readonly server: string; readonly isHidden: boolean },
): SafetyCheck {
  const { columns, estimatedRows, sql } = table;
  const readable = columns.filter(({ canSelect }) => canSelect).length;
  const rows = estimatedRows === null ? "" : `, about ${Math.round(estimatedRows).toLocaleString("en")} rows`;
  const reads = readable === columns.length ? "all columns" : `${readable} of ${columns.length} columns`;
  const writes = columns.some(({ canUpdate }) => canUpdate) ? "and change rows" : "and change nothing";
  const says = `${server}; ${sql}${rows}: this user may read ${reads} ${writes}.`;
  const name = "database";
  if (readable === 0)
    return { name, outcome: "fail", says, todo: `Grant it: GRANT SELECT ON ${sql} TO …; and USAGE on its schema.` };
  if (isHidden)
    return {
      name,
      outcome: "warn",
      says: `${says} Row-level security may hide rows from it.`,
      todo: "Use a role with BYPASSRLS, or no row will be called missing in the database.",
    };
  return { name, outcome: "pass", says, todo: null };
}
