import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ReconError } from "../recon-error";
import type { TextRow } from "../sources/postgres/read-rows";
import { retrieveSubscriptions } from "../sources/stripe-api/retrieve-subscriptions";
import { applyBatch, type BatchContext, type BatchResult, type ImageNow } from "./apply-batch";
import type { Live } from "./both-sides";
import { escalations } from "./escalations";
import type { Run } from "./find-run";
import { type EntryKind, recordInJournal } from "./journal";
import { keepRows } from "./keep-rows";
import { partUnsafe } from "./live-elsewhere";
import type { MappedTable } from "./map-table";
import type { Change, Plan } from "./plan";
import { stripeImage } from "./stripe-image";
import { type Verification, verifyRows } from "./verify-rows";

/** How a plan is applied. */
export interface ApplyRequest {
  readonly live: Live;
  readonly plan: Plan;
  /** The plan's hash, or that of the stage that comes next. */
  readonly confirm: string | undefined;
  /** Folder in which a run gets its own: for the backup, the state after it and the verification. */
  readonly out: string;
  readonly operator: string;
  readonly maxShare?: number | undefined;
  /** Rows of a transaction; 50 when nothing is said. */
  readonly batch?: number | undefined;
  readonly now?: (() => Date) | undefined;
  readonly onProgress?: ((step: string) => void) | undefined;
  /** Ends the run after the batch that is being written. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of a run so far. */
export interface AppliedRun {
  readonly runId: string;
  /** `done` all stages · `paused` before the next stage · `stopped` by a signal; the same command goes on. */
  readonly state: "done" | "paused" | "stopped";
  readonly changed: number;
  readonly skipped: readonly { readonly subscription_id: string; readonly reason: string }[];
  /** Of the stage that was just finished; null when it was stopped before. */
  readonly verification: Verification | null;
  readonly stage: number;
  readonly stages: number;
  /** What confirms the next stage; null when there is none. */
  readonly nextConfirm: string | null;
  readonly folder: string;
  /** What the runbook says to escalate for, a sentence each. */
  readonly escalate: readonly string[];
}

/** Changes of a stage: above so many, a person looks in between. */
export const STAGE = 1_000;
/** The first batch: verified before the others. */
const CANARY = 5;
const BATCH = 50;
/** A batch that met a deadlock or a lock is tried so often. */
const TRIES = 5;

/** What confirms a stage of a plan: the first by the plan's own hash. */
export function stageHash(plan: Plan, stage: number): string {
  return stage === 1 ? plan.hash : createHash("sha256").update(`${plan.hash}\nstage ${stage}`).digest("hex");
}

/** A request whose defaults are filled in. */
interface StageRequest extends ApplyRequest {
  readonly now: () => Date;
  readonly onProgress: (step: string) => void;
}

/** What a stage has come to. */
interface Progress {
  readonly done: Change[];
  readonly after: TextRow[];
  readonly skipped: { subscription_id: string; reason: string }[];
}

/**
 * One stage of a run: its backup, its first rows and their verification, its batches, its verification.
 *
 * @throws ReconError when what was written does not verify: the run stops there
 */
export async function runStage(
  request: StageRequest,
  mapped: MappedTable,
  run: Run,
  stage: number,
): Promise<AppliedRun> {
  const { live, plan, onProgress, now } = request;
  const stages = Math.ceil(plan.changes.length / STAGE);
  const all = plan.changes.slice((stage - 1) * STAGE, stage * STAGE);
  const name = stages === 1 ? "" : `-stage-${stage}`;
  const { folder } = run;
  const columns = mapped.table.columns.map((column) => column.name);
  const record = (kind: EntryKind, data: object): Promise<void> =>
    recordInJournal(live.client, [{ run_id: run.id, kind, subscription_id: null, data: { stage, ...data } }]);
  await mkdir(folder, { recursive: true });
  const befores = all.flatMap(({ before }) => (before === null ? [] : [before]));
  await record("backed_up", { ...(await keepRows(join(folder, `before${name}.csv`), columns, befores)) });

  const progress: Progress = {
    done: all.filter((change) => run.changed.has(change.subscription_id)),
    after: all.flatMap(({ subscription_id: id }) => rowsOf(run, id)),
    skipped: [],
  };
  const told = (state: AppliedRun["state"], verification: Verification | null): AppliedRun => ({
    runId: run.id,
    state,
    changed: progress.done.length,
    skipped: progress.skipped,
    verification,
    stage,
    stages,
    nextConfirm: state === "done" ? null : stageHash(plan, state === "paused" ? stage + 1 : stage),
    folder,
    escalate: escalations(plan, run.startedAt, now(), progress.skipped),
  });
  const isWhole = await writeAll(request, mapped, run, all, progress, record);
  if (!isWhole) return told("stopped", null);

  onProgress("Verifying: reconciling the rows again");
  const after = await keepRows(join(folder, `after${name}.csv`), columns, progress.after);
  const verification = await verifyRows(live, mapped, plan, progress.done, run.drawn, {
    folder: join(folder, `verification${name}`),
    onProgress: (count, of) => onProgress(`Verifying: ${count} of ${of} asked of Stripe again`),
  });
  await record("verified", { of: "stage", ...verification });
  if (verification.result === "not_clean")
    throw notClean(run, verification, stages === 1 ? "the repair" : `stage ${stage}`);
  const result = told(stage === stages ? "done" : "paused", verification);
  const { changed, skipped, escalate } = result;
  await record("stage_finished", { changed, skipped: skipped.length, after, escalate });
  if (result.state === "done") await record("run_finished", { result: verification.result, escalate });
  await writeFile(join(folder, `result${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

/** Writes what is pending of a stage, the first rows alone and verified; false when a signal ended it before. */
async function writeAll(
  { live, plan, operator, onProgress, signal, batch = BATCH }: StageRequest,
  mapped: MappedTable,
  run: Run,
  all: readonly Change[],
  { done, after, skipped }: Progress,
  record: (kind: EntryKind, data: object) => Promise<void>,
): Promise<boolean> {
  const bound = { plan_hash: plan.hash, operator, inputs: plan.report?.inputs ?? [] };
  const context: BatchContext = { client: live.client, mapped, runId: run.id, bound };
  const locked: Change[] = [];
  const write = async (changes: readonly Change[], isLast: boolean): Promise<readonly Change[]> => {
    const result = await writeOne(live, context, changes);
    for (const written of result.written) {
      done.push(written.change);
      after.push(written.after);
    }
    for (const { change, reason, isLocked } of result.skipped) {
      if (isLocked && !isLast) locked.push(change);
      else skipped.push({ subscription_id: change.subscription_id, reason });
    }
    onProgress(`${done.length} changed, ${skipped.length} skipped, of ${all.length}`);
    return result.written.map(({ change }) => change);
  };
  const isStopped = (): boolean => signal?.aborted === true;
  const pending = all.filter((change) => !run.changed.has(change.subscription_id));
  if (isStopped()) return false;
  const first = await write(pending.slice(0, CANARY), false);
  if (first.length > 0) {
    onProgress("Verifying the first rows before the others");
    const drawn = { ids: run.drawn.ids.slice(0, CANARY), differing: run.drawn.differing };
    const verification = await verifyRows(live, mapped, plan, first, drawn);
    await record("verified", { of: "canary", ...verification });
    if (verification.result === "not_clean") throw notClean(run, verification, "the first rows");
  }
  for (let start = CANARY; start < pending.length; start += batch) {
    if (isStopped()) return false;
    await write(pending.slice(start, start + batch), false);
  }
  for (let start = 0; start < locked.length; start += batch) {
    if (isStopped()) return false;
    await write(locked.slice(start, start + batch), true);
  }
  return true;
}

/** The row as an earlier, stopped part of the run left it; none where it did not get there. */
function rowsOf(run: Run, id: string): readonly TextRow[] {
  const row = run.changed.get(id);
  return row === undefined ? [] : [row];
}

function notClean(run: Run, { remaining }: Verification, what: string): ReconError {
  const [first] = remaining;
  return new ReconError(
    "not_clean",
    `Run ${run.id}: after ${what}, ${remaining.length} differences remain (${first?.subscription_id}: ${first?.kind}), so it stopped there. What was written is in the journal: look at it with recon audit ${run.id}, or undo it with recon repair rollback ${run.id}.`,
  );
}

/** Asks Stripe for a batch and writes it; again when others were in the way. */
async function writeOne(live: Live, context: BatchContext, changes: readonly Change[]): Promise<BatchResult> {
  const ids = changes.map((change) => change.subscription_id);
  const now = new Map<string, ImageNow>();
  for (const [id, answer] of await retrieveSubscriptions(live.stripe, ids)) {
    if (answer.kind === "found") now.set(id, stripeImage(answer.subscription));
    else if (answer.kind === "absent") now.set(id, null);
  }
  const { leftOut } = await partUnsafe(changes, context.mapped, live.stripe);
  const unsafe = new Map(leftOut.map(({ subscription_id, reason }) => [subscription_id, reason]));
  for (let attempt = 1; ; attempt++) {
    try {
      return await applyBatch(context, changes, now, unsafe);
    } catch (error) {
      const isPassing = /^(40001|40P01|55P03)$/.test((error as { code?: string }).code ?? "");
      if (!isPassing || attempt === TRIES) throw error;
      await wait(attempt * 200);
    }
  }
}
