import type PgBoss from "pg-boss";
import type { Line } from "./reopening-line";
import { alone, noRight } from "./tenant-store";

/** What a job asks for: one tenant of a run. */
export interface TenantJob {
  readonly run_id: string;
  readonly tenant: string;
}

/** Where jobs wait, and where those end up that failed for good. */
export const TENANTS = "tenants";
export const FAILED = "tenants-failed";

/**
 * A job that is not done after so many seconds is handed out again, should its worker have died. A worker that lives holds a lock, and
 * the job goes back: so this is short, however long a tenant takes.
 */
export const TAKEN_FOR_SECONDS = 20;

/** So often a job that failed is tried again. */
const RETRIES = 4;

/** What every job has. */
const JOB = { expireInSeconds: TAKEN_FOR_SECONDS, retryLimit: RETRIES, retryDelay: 5, retryBackoff: true };

/**
 * Opens the queue in the database of the line; its tables are made where they are not there (schema `reconciliation_queue`).
 *
 * @throws ReconError when this user may not make them
 */
export async function openQueue(line: Line): Promise<PgBoss> {
  const { default: Boss } = await import("pg-boss");
  const boss = new Boss({
    db: { executeSql: (text, values) => line.query(text, values) },
    schema: "reconciliation_queue",
    schedule: false,
    maintenanceIntervalSeconds: 5,
    archiveCompletedAfterSeconds: 3600,
    deleteAfterDays: 7,
  });
  // Of its own upkeep, which it tries again.
  boss.on("error", () => undefined);
  try {
    await alone(line, async () => {
      await boss.start();
      await boss.createQueue(FAILED, { name: FAILED });
      await boss.createQueue(TENANTS, { name: TENANTS, ...JOB, deadLetter: FAILED });
    });
  } catch (error) {
    // Its upkeep would keep the process alive.
    await boss.stop({ graceful: false });
    throw noRight(error, "the queue (schema reconciliation_queue)", "let it create a schema");
  }
  return boss;
}

/** Queues tenants: those that were in flight are looked at when `laterAt` has come. */
export async function queueTenants(
  boss: PgBoss,
  runId: string,
  parts: readonly { readonly tenant: string; readonly moving: boolean }[],
  laterAt: Date,
): Promise<void> {
  const jobs = parts.map(({ tenant, moving }) => ({
    name: TENANTS,
    data: { run_id: runId, tenant } satisfies TenantJob,
    ...(moving ? { startAfter: laterAt.toISOString() } : {}),
    ...JOB,
    deadLetter: FAILED,
  }));
  for (let start = 0; start < jobs.length; start += 1000) await boss.insert(jobs.slice(start, start + 1000));
}

/** Puts a job back for another worker, as if it had not been taken, and not before so many seconds. */
export async function putBack(boss: PgBoss, id: string, data: TenantJob, seconds: number): Promise<void> {
  await boss.send(TENANTS, data, { ...JOB, deadLetter: FAILED, startAfter: seconds });
  await boss.complete(TENANTS, id);
}
