import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import type { Client } from "pg";
import { isoSeconds } from "../reconcile/summarize";
import { describeTable } from "../sources/postgres/describe-table";
import { explainDatabaseError } from "../sources/postgres/explain-database-error";
import { isDatabaseError } from "../sources/postgres/is-database-error";
import { readOnlySnapshot } from "../sources/postgres/read-only-snapshot";
import { checkPlan } from "./check-plan";
import { findRun, findRunOf, type Run } from "./find-run";
import { journalState, openJournal, recordInJournal, TABLE_LOCK } from "./journal";
import { type MappedTable, mapTable } from "./map-table";
import { checkConfirmation, type Plan, refuse } from "./plan";
import { type AppliedRun, type ApplyRequest, runStage, STAGE, stageHash } from "./run-stage";
import { drawSample } from "./verify-rows";

/**
 * Applies a plan, or goes on with one that was stopped: plan → back up → apply → verify, each on record in the journal.
 *
 * @throws ReconError: exit code 1 when a guard refuses and nothing was done; 2 when it failed on the way, with what was written whole
 */
export async function applyPlan(request: ApplyRequest): Promise<AppliedRun> {
  const { client } = request.live;
  try {
    return await apply(request);
  } catch (error) {
    throw isDatabaseError(error) ? explainDatabaseError(error, client) : error;
  }
}

async function apply(request: ApplyRequest): Promise<AppliedRun> {
  const { live, plan, confirm, maxShare, now = () => new Date(), onProgress = () => undefined } = request;
  const { client } = live;
  onProgress("Checking that the plan may be applied");
  if (plan.changes.length === 0)
    throw refuse("nothing_to_do", "The plan changes nothing. Look at what it left out, and why.");
  const mapped = await mapAgain(client, plan);
  const stages = Math.ceil(plan.changes.length / STAGE);
  const before = (await journalState(client)) === "open" ? await findRunOf(client, plan) : null;
  if (before?.isFinished === true)
    throw refuse(
      "applied_already",
      `Run ${before.id} has applied this plan. Verify it with recon repair verify ${before.id}, or roll it back.`,
    );
  const stage = (before?.stagesFinished ?? 0) + 1;
  checkConfirmation(stageHash(plan, stage), confirm, stage === 1 ? "the plan" : `stage ${stage} of ${stages}`);
  await checkPlan(plan, live, mapped, { maxShare: before === null ? maxShare : 1, now: now() });
  await openJournal(client);
  await lockTable(client, mapped);
  try {
    const run = before ?? (await beginRun(request, mapped, now()));
    return await runStage({ ...request, onProgress, now }, mapped, run, stage);
  } finally {
    await unlockTable(client, mapped);
  }
}

/** Finds the plan's table as it is now. */
export async function mapAgain(client: Client, plan: Plan): Promise<MappedTable> {
  const mapping = { table: plan.table, required: plan.columns, optional: {}, config: plan.config };
  return readOnlySnapshot(client, async () => mapTable(mapping, await describeTable(client, plan.table)));
}

function lockOf({ table }: MappedTable): number[] {
  return [TABLE_LOCK, table.oid | 0];
}

/** Two repairs of one table at once would skip each other's rows. The lock goes with the connection. */
export async function lockTable(client: Client, mapped: MappedTable): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>(
    "SELECT pg_try_advisory_lock($1, $2) AS locked",
    lockOf(mapped),
  );
  if (rows[0]?.locked !== true)
    throw refuse("repair_running", `Another repair of ${mapped.table.sql} is running. Wait for its end.`);
}

/** Lets the next repair of the table begin. */
export async function unlockTable(client: Client, mapped: MappedTable): Promise<void> {
  await client.query("SELECT pg_advisory_unlock($1, $2)", lockOf(mapped)).catch(() => undefined);
}

async function beginRun(
  { live, plan, out, operator, onProgress }: ApplyRequest,
  mapped: MappedTable,
  now: Date,
): Promise<Run> {
  const { client } = live;
  onProgress?.("Looking at rows that will not be touched");
  const drawn = await drawSample(live, mapped, plan);
  const id = `repair-${isoSeconds(now).replaceAll(/[-:]/g, "")}-${randomUUID().slice(0, 8)}`;
  const folder = resolve(out, id);
  const { changes: _changes, left_out, ...head } = plan;
  const data = {
    plan_hash: plan.hash,
    operator,
    drawn,
    folder,
    changes: plan.changes.length,
    left_out: left_out.length,
    plan: head,
  };
  await recordInJournal(client, [{ run_id: id, kind: "run_started", subscription_id: null, data }]);
  const run = await findRun(client, id);
  if (run === null) throw new Error(`the journal does not show ${id}`);
  return run;
}
