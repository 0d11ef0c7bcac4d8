import type { Client } from "pg";
import { ReconError } from "../recon-error";
import type { TextRow } from "../sources/postgres/read-rows";
import { type Entry, readJournal, requireJournal } from "./journal";
import { type Plan, planSchema } from "./plan";
import type { Drawn } from "./verify-rows";

/** What the journal knows of one application of a plan. */
export interface Run {
  readonly id: string;
  readonly planHash: string;
  readonly drawn: Drawn;
  /** Folder of its files, from where it was started. */
  readonly folder: string;
  readonly startedAt: string;
  readonly entries: readonly Entry[];
  /** Rows that were changed, and not put back, as the run left them: id → row. */
  readonly changed: ReadonlyMap<string, TextRow>;
  readonly stagesFinished: number;
  readonly isFinished: boolean;
  readonly isRolledBack: boolean;
}

/** The journal's entries of a run, read as what became of it. Null when there is none. */
export async function findRun(client: Client, runId: string): Promise<Run | null> {
  const entries = await readJournal(client, runId);
  const started = entries.find((entry) => entry.kind === "run_started");
  if (started === undefined) return null;
  const { plan_hash, drawn, folder } = started.data as { plan_hash: string; drawn: Drawn; folder: string };
  const changed = new Map<string, TextRow>();
  for (const { kind, subscription_id, data } of entries) {
    if (subscription_id === null) continue;
    if (kind === "change") changed.set(subscription_id, data["after"] as TextRow);
    if (kind === "restored") changed.delete(subscription_id);
  }
  return {
    id: runId,
    planHash: plan_hash,
    drawn,
    folder,
    startedAt: started.at,
    entries,
    changed,
    stagesFinished: entries.filter((entry) => entry.kind === "stage_finished").length,
    isFinished: entries.some((entry) => entry.kind === "run_finished"),
    isRolledBack: entries.some((entry) => entry.kind === "rollback_started"),
  };
}

/** The newest run of a plan that was not rolled back; null when there is none. */
export async function findRunOf(client: Client, plan: Plan): Promise<Run | null> {
  const { rows } = await client.query<{ run_id: string }>(
    `SELECT run_id FROM reconciliation.journal
     WHERE kind = 'run_started' AND body::jsonb -> 'data' ->> 'plan_hash' = $1
     ORDER BY seq DESC LIMIT 1`,
    [plan.hash],
  );
  const run = rows[0] === undefined ? null : await findRun(client, rows[0].run_id);
  return run === null || run.isRolledBack ? null : run;
}

/** @throws ReconError when the journal has no such run, naming the newest ones. */
export async function requireRun(client: Client, runId: string): Promise<Run> {
  await requireJournal(client);
  const run = await findRun(client, runId);
  if (run !== null) return run;
  const { rows } = await client.query<{ run_id: string }>(
    "SELECT run_id FROM reconciliation.journal WHERE kind = 'run_started' ORDER BY seq DESC LIMIT 5",
  );
  const known = rows.map((row) => row.run_id).join(", ");
  throw new ReconError(
    "no_such_run",
    `The journal has no run ${runId}. ${known === "" ? "It has none yet." : `The newest are ${known}.`}`,
  );
}

/** The plan of a run, out of its journal: without the changes that were never made. */
export function planOf(run: Run): Plan {
  const started = run.entries.find((entry) => entry.kind === "run_started");
  const plan = started?.data["plan"] as object;
  const changes = run.entries
    .filter((entry) => entry.kind === "change" && run.changed.has(entry.subscription_id ?? ""))
    .map(({ subscription_id, data: { action, kinds, why, before, after, stripe } }) => ({
      subscription_id,
      action,
      kinds,
      why,
      before,
      after,
      stamped: [],
      stripe,
    }));
  return planSchema.parse({ ...plan, changes, left_out: [], hash: run.planHash });
}
