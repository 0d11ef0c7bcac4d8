import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ReconError } from "../../recon-error";
import { type Summary, summarySchema } from "../../reconcile/summary";
import type { Workspace } from "../../sources/workspace";
import type { PartRelations } from "./compare-part";
import type { Answers } from "./look-again";
import type { TenantResult } from "./reconcile-tenant";
import type { Line } from "./reopening-line";
import type { TenantPart } from "./split-by-tenant";
import type { TenantFacts } from "./tenant-facts";

/** The accepted result of a tenant. Times are ISO 8601 in UTC. */
export interface AcceptedResult {
  readonly tenant: string;
  /** The machine and process that made it. */
  readonly worker: string;
  readonly started_at: string;
  readonly finished_at: string;
  readonly summary: Summary;
}

/** Bytes of a file that stand in one row. */
const PIECE_BYTES = 8_000_000;

/** How long what is left of closed runs is kept: who reconciled which tenant, and what it came to. */
const KEPT = "7 days";

/**
 * Makes the tables where they are not there yet. Their statements are those of tenants.sql, for an administrator to run.
 *
 * @throws ReconError when this user may neither make them nor write to them
 */
export async function openStore(line: Line): Promise<void> {
  const { rows } = await line.query<{ open: boolean | null }>(
    `SELECT bool_and(has_schema_privilege(namespace.oid, 'USAGE') AND has_table_privilege(class.oid, 'INSERT, UPDATE, DELETE')) AS open
     FROM pg_class AS class
     JOIN pg_namespace AS namespace ON namespace.oid = relnamespace
     WHERE nspname = 'reconciliation' AND relname IN ('tenant_runs', 'tenant_parts', 'tenant_results', 'stripe_pace')
     HAVING count(*) = 4`,
  );
  if (rows[0]?.open === true) return;
  try {
    const sql = await readFile(join(__dirname, "tenants.sql"), "utf8");
    await alone(line, () => line.query(`BEGIN; ${sql}; COMMIT`));
  } catch (error) {
    throw noRight(error, "the tables (schema reconciliation)", "run src/monitor/tenants/tenants.sql once");
  }
}

/** The lock of whoever makes tables: workers are started at once, and PostgreSQL's `IF NOT EXISTS` does not wait for another. */
const MAKER_LOCK = "726563114, 1";

/** Does work on the database that no two processes may do at once. */
export async function alone<Result>(line: Line, work: () => Promise<Result>): Promise<Result> {
  // A statement of its own: what the one before made is seen only by the next.
  await line.query(`SELECT pg_advisory_lock(${MAKER_LOCK})`);
  try {
    return await work();
  } finally {
    await line.query(`SELECT pg_advisory_unlock(${MAKER_LOCK})`);
  }
}

/** What a role lacks that may not create something. */
export function noRight(error: unknown, what: string, remedy: string): unknown {
  if ((error as { code?: string }).code !== "42501") return error;
  return new ReconError(
    "no_right",
    `PostgreSQL: this user may not make ${what}, by which the workers work together. Have an administrator ${remedy} and grant this user what it makes, or give another database in RECON_QUEUE_URL.`,
    { cause: error },
  );
}

/**
 * Begins the run of a period; one that was begun and not closed is dropped with all that was done for it.
 *
 * @throws ReconError when the period was reconciled already
 */
export async function openRun(line: Line, runId: string, period: string): Promise<void> {
  await line.query("DELETE FROM reconciliation.tenant_runs WHERE period = $1 AND closed_at IS NULL", [period]);
  const { rowCount } = await line.query(
    "INSERT INTO reconciliation.tenant_runs (run_id, period) VALUES ($1, $2) ON CONFLICT (period) DO NOTHING",
    [runId, period],
  );
  if (rowCount === 0)
    throw new ReconError("period_done", `The period ${period} was reconciled already; nothing was done again.`);
}

/** Puts the rows of a tenant where its worker finds them. */
export async function putPart(line: Line, runId: string, { tenant, files }: TenantPart): Promise<void> {
  for (const [file, path] of files) {
    let piece = 0;
    for await (const content of createReadStream(path, { highWaterMark: PIECE_BYTES })) {
      await line.query(
        "INSERT INTO reconciliation.tenant_parts (run_id, tenant, file, piece, content) VALUES ($1, $2, $3, $4, $5)",
        [runId, tenant, file, piece++, content],
      );
    }
  }
}

/** Tells the workers how to read the parts. */
export async function putFacts(line: Line, runId: string, facts: TenantFacts): Promise<void> {
  await line.query("UPDATE reconciliation.tenant_runs SET facts = $2 WHERE run_id = $1", [
    runId,
    JSON.stringify(facts),
  ]);
}

/** How a run's parts are read; null when it is closed, dropped, or has a result of this tenant: then there is nothing to do. */
export async function factsFor(line: Line, runId: string, tenant: string): Promise<TenantFacts | null> {
  const { rows } = await line.query<{ facts: TenantFacts }>(
    `SELECT facts
     FROM reconciliation.tenant_runs
     WHERE run_id = $1 AND closed_at IS NULL
       AND NOT EXISTS (SELECT FROM reconciliation.tenant_results WHERE run_id = $1 AND tenant = $2)`,
    [runId, tenant],
  );
  const facts = rows[0]?.facts ?? null;
  if (facts !== null && facts.version !== 1)
    throw new ReconError(
      "other_version",
      "This worker is of another version than the watch. Install the same on both.",
    );
  return facts;
}

/** Fetches the rows of a tenant into files. */
export async function fetchPart(
  line: Line,
  runId: string,
  tenant: string,
  workspace: Workspace,
): Promise<PartRelations> {
  const { rows } = await line.query<{ file: string; pieces: number }>(
    `SELECT file, count(*)::int AS pieces FROM reconciliation.tenant_parts WHERE run_id = $1 AND tenant = $2 GROUP BY file`,
    [runId, tenant],
  );
  for (const { file, pieces } of rows) {
    const handle = await open(workspace.file(`${file}.parquet`), "w");
    for (let piece = 0; piece < pieces; piece++) {
      const { rows: found } = await line.query<{ content: Buffer }>(
        "SELECT content FROM reconciliation.tenant_parts WHERE run_id = $1 AND tenant = $2 AND file = $3 AND piece = $4",
        [runId, tenant, file, piece],
      );
      await handle.write(found[0]?.content ?? Buffer.alloc(0));
    }
    await handle.close();
  }
  const relation = (name: string): string =>
    `read_parquet('${workspace.file(`${name}-*.parquet`).replaceAll("'", "''")}')`;
  return { stripe: relation("stripe"), database: relation("database"), customers: relation("customers") };
}

/**
 * Accepts a result: the first one of a tenant counts, a later one replaces nothing.
 *
 * @returns whether it was the first, of a run that goes on
 */
export async function acceptResult(
  query: Line["query"],
  runId: string,
  tenant: string,
  worker: string,
  { summary, answers, discrepancies }: TenantResult,
  { startedAt, finishedAt }: { readonly startedAt: Date; readonly finishedAt: Date },
): Promise<boolean> {
  const { rowCount } = await query(
    `INSERT INTO reconciliation.tenant_results
       (run_id, tenant, worker, started_at, finished_at, summary, learned, discrepancies)
     SELECT run_id, $2, $3, $4, $5, $6, $7, $8
     FROM reconciliation.tenant_runs
     WHERE run_id = $1 AND closed_at IS NULL
     FOR KEY SHARE
     ON CONFLICT (run_id, tenant) DO NOTHING`,
    [runId, tenant, worker, startedAt, finishedAt, JSON.stringify(summary), JSON.stringify(answers), discrepancies],
  );
  return rowCount === 1;
}

/**
 * How many tenants of a run have their result.
 *
 * @throws ReconError when the run was dropped, as somebody began its period anew
 */
export async function countResults(line: Line, runId: string): Promise<number> {
  const { rows } = await line.query<{ results: number; is_there: boolean }>(
    `SELECT
       (SELECT count(*)::int FROM reconciliation.tenant_results WHERE run_id = $1) AS results,
       EXISTS (SELECT FROM reconciliation.tenant_runs WHERE run_id = $1) AS is_there`,
    [runId],
  );
  if (rows[0]?.is_there !== true)
    throw new ReconError("run_dropped", "Somebody else began to reconcile the same period, so this run ends.");
  return rows[0].results;
}

/** The results of a run, by tenant, without what they hold of subscriptions. */
export async function readResults(line: Line, runId: string): Promise<AcceptedResult[]> {
  const { rows } = await line.query<Omit<AcceptedResult, "started_at" | "finished_at"> & Times>(
    `SELECT tenant, worker, started_at, finished_at, summary
     FROM reconciliation.tenant_results
     WHERE run_id = $1
     ORDER BY tenant COLLATE "C"`,
    [runId],
  );
  return rows.map(({ tenant, worker, started_at, finished_at, summary }) => ({
    tenant,
    worker,
    started_at: started_at.toISOString(),
    finished_at: finished_at.toISOString(),
    summary: summarySchema.parse(summary),
  }));
}

interface Times {
  readonly started_at: Date;
  readonly finished_at: Date;
}

/** What a tenant's result holds of subscriptions. */
export async function readFindings(
  line: Line,
  runId: string,
  tenant: string,
): Promise<{ readonly answers: Answers | null; readonly discrepancies: Buffer }> {
  const { rows } = await line.query<{ learned: Answers | null; discrepancies: Buffer }>(
    "SELECT learned, discrepancies FROM reconciliation.tenant_results WHERE run_id = $1 AND tenant = $2",
    [runId, tenant],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`no result of ${tenant} in ${runId}`);
  return { answers: row.learned, discrepancies: row.discrepancies };
}

/** Closes a run: what it held of subscriptions is gone, and who reconciled which tenant stays for a while. */
export async function closeRun(line: Line, runId: string): Promise<void> {
  const statements = [
    "UPDATE reconciliation.tenant_runs SET closed_at = now(), facts = NULL WHERE run_id = $1",
    "UPDATE reconciliation.tenant_results SET learned = NULL, discrepancies = NULL WHERE run_id = $1",
    "DELETE FROM reconciliation.tenant_parts WHERE run_id = $1",
  ];
  for (const sql of statements) await line.query(sql, [runId]);
  await line.query(`DELETE FROM reconciliation.tenant_runs WHERE closed_at < now() - interval '${KEPT}'`);
}

/** Drops a run with all that was done for it: it did not come to an end. */
export async function dropRun(line: Line, runId: string): Promise<void> {
  await line.query("DELETE FROM reconciliation.tenant_runs WHERE run_id = $1 AND closed_at IS NULL", [runId]);
}
