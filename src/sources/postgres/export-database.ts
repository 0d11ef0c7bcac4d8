import type { Client } from "pg";
import { ReconError } from "../../recon-error";
import type { Config } from "../config";
import { type CopyProgress, copyToFile } from "./copy-to-file";
import { databaseText } from "./database-target";
import { describeTable } from "./describe-table";
import { exportQuery, type Where } from "./export-query";
import { hidesRows } from "./hides-rows";
import { partialFile } from "./partial-file";
import { readOnlySnapshot, type Snapshot, STATEMENT_TIMEOUT_SECONDS } from "./read-only-snapshot";
import type { TableDescription } from "./table-description";

/** How far an export is; `estimatedRows`, of the whole, is null where nothing is known. */
export interface ExportProgress extends CopyProgress {
  readonly estimatedRows: number | null;
}

/** What to export, and where to. */
export interface ExportRequest {
  /** The file: CSV, compressed when its name ends with `.gz`. Its sidecar stands beside it, `<out>.meta.json`. */
  readonly out: string;
  /** As `findTable` takes it. */
  readonly table: string;
  readonly where?: Where | undefined;
  /** Its columns must be there and readable; all others are exported, too. */
  readonly config?: Config | null | undefined;
  readonly statementTimeoutSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called about once a second. */
  readonly onProgress?: ((progress: ExportProgress) => void) | undefined;
}

/** What was exported. */
export interface ExportedDatabase {
  readonly path: string;
  /** The table, quoted, with its schema. */
  readonly table: string;
  readonly rows: number;
  /** Size of the file, in bytes. */
  readonly bytes: number;
  readonly snapshot: Snapshot;
  /** Whether it holds all rows of the table. */
  readonly complete: boolean;
  /** What a person should know about it, a sentence each. */
  readonly warnings: readonly string[];
}

/** Longer, neither PostgreSQL nor a timer can count. */
const MOST_SECONDS = 2_000_000;

/** What the client waits beyond the server's own time limit, for a server that hangs. */
const PATIENCE_SECONDS = 30;

/**
 * Exports a table as it stood at one instant, with its sidecar. The file is either whole or not there.
 * After a failure the client's connection is of no more use.
 *
 * @throws ReconError for what PostgreSQL refuses; errors of the file system as they are; an AbortError after `signal`.
 */
export async function exportDatabase(client: Client, request: ExportRequest): Promise<ExportedDatabase> {
  const { out, where = {} } = request;
  const statementTimeoutSeconds = Math.min(request.statementTimeoutSeconds ?? STATEMENT_TIMEOUT_SECONDS, MOST_SECONDS);
  const startedAt = new Date().toISOString();
  const file = partialFile(out);
  const patience = AbortSignal.timeout((statementTimeoutSeconds + PATIENCE_SECONDS) * 1000);
  const { signal } = eitherOf(patience, request.signal);
  try {
    const { table, query, isFiltered, snapshot, copied } = await readOnlySnapshot(
      client,
      async (snapshot) => {
        const table = await describeTable(client, request.table);
        const query = exportQuery(client, table, where, request.config ?? null);
        const isFiltered = await hidesRows(client, table);
        const { estimatedRows } = Object.keys(where).length === 0 ? table : { estimatedRows: null };
        const onProgress = (progress: CopyProgress): void => request.onProgress?.({ ...progress, estimatedRows });
        const copied = await copyToFile(client, query.sql, file.path, {
          gzip: out.endsWith(".gz"),
          signal,
          onProgress,
        });
        return { table, query, isFiltered, snapshot, copied };
      },
      { statementTimeoutSeconds },
    );
    const isPart = Object.keys(where).length > 0;
    const complete = !isFiltered && !isPart;
    await file.keep({
      schema_version: 1,
      side: "database",
      server_version: snapshot.serverVersion,
      snapshot_at: snapshot.takenAt,
      started_at: startedAt,
      finished_at: new Date().toISOString(),
      rows: copied.rows,
      complete,
      sha256: copied.sha256,
    });
    const warnings = warningsOf(table, isFiltered, query.unreadable, snapshot, copied.rows);
    if (isPart) warnings.push("only the rows asked for, so no row will be called missing in the database.");
    return { path: out, table: table.sql, rows: copied.rows, bytes: copied.bytes, snapshot, complete, warnings };
  } catch (error) {
    if (!patience.aborted) throw error;
    throw new ReconError(
      "database_timeout",
      `PostgreSQL: ${databaseText(client)} stopped sending rows. Is the server well? Then run the same command again.`,
      { cause: error },
    );
  } finally {
    file.remove();
  }
}

/** A signal that either of two gives. (`AbortSignal.any` is unknown to the compiler of notebooks.) */
function eitherOf(...signals: readonly (AbortSignal | undefined)[]): AbortController {
  const either = new AbortController();
  for (const signal of signals) {
    if (signal?.aborted === true) either.abort(signal.reason);
    signal?.addEventListener("abort", () => either.abort(signal.reason), { once: true });
  }
  return either;
}

function warningsOf(
  table: TableDescription,
  isFiltered: boolean,
  unreadable: readonly string[],
  { isReplica, takenAt }: Snapshot,
  rows: number,
): string[] {
  const warnings: string[] = [];
  if (isFiltered)
    warnings.push(
      `row-level security may hide rows of ${table.sql} from this user, so no row will be called missing in the database. Use a role with BYPASSRLS to export them all.`,
    );
  if (unreadable.length > 0)
    warnings.push(`left out, as this user has no right to read them: ${unreadable.join(", ")}.`);
  if (table.kind === "materialized view")
    warnings.push(`${table.sql} is a materialized view: its rows are of its last REFRESH, not of now.`);
  if (isReplica) warnings.push(`this is a replica; the last change that had reached it is of ${takenAt}.`);
  if (rows === 0) warnings.push(`no row of ${table.sql} was exported.`);
  return warnings;
}
