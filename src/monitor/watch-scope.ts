import { newRunId } from "../reconcile/summarize";
import { openHistory } from "./history";
import { keepSchedule, type Missed } from "./keep-schedule";
import { type Recording, type Resultless, recordRun } from "./record-run";
import type { RunRecord } from "./run-record";
import type { Schedule } from "./schedule";

/** What is watched, and what a watch acts on. */
export interface Watch {
  readonly schedule: Schedule;
  readonly recording: Recording;
  readonly source: RunRecord["source"];
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Reconciles under a run id, puts that on record, and says in words how it ended. */
  readonly reconcile: (runId: string) => Promise<string>;
  /** Told of each run once it is on record, also of one that failed or was missed. */
  readonly onRecord: (record: RunRecord) => Promise<void>;
  readonly onNotice: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/** Reconciles one scope on schedule until it is told to stop. Every time that is due ends up on record. */
export async function watchScope(watch: Watch): Promise<void> {
  const { schedule, now, sleep, signal, onNotice, onRecord } = watch;
  // One after the other, and the schedule does not wait for it: a hook may hang.
  let told = Promise.resolve();
  const tell = async (record: RunRecord): Promise<void> => {
    told = told.then(() => onRecord(record)).catch((error: Error) => onNotice(`Note: ${error.message}`));
  };
  const recorded = { ...watch, onRecord: tell };
  const effects = {
    now,
    sleep,
    run: () => runOnce(recorded),
    onMissed: (missed: Missed) => recordMissed(recorded, missed),
    onNotice,
  };
  await keepSchedule(schedule, effects, signal, await lastWatched(watch));
  await told;
}

/** When the last run of an earlier watch began. */
async function lastWatched({ recording, now, onNotice }: Watch): Promise<Date> {
  const { scope } = recording;
  const history = await openHistory({ ...recording, toWrite: true });
  if (history.note !== null) onNotice(`Note: ${history.note}`);
  const last = await history.read({ scope, newest: 50 }).finally(history.close);
  const started = last.filter(({ trigger }) => trigger === "watch").at(-1)?.started_at;
  return started === undefined ? now() : new Date(started);
}

async function runOnce(watch: Watch): Promise<void> {
  const startedAt = watch.now();
  const runId = newRunId(startedAt);
  const ended = await watch.reconcile(runId);
  const history = await openHistory({ ...watch.recording, toWrite: false });
  const [record] = await history.read({ runId }).finally(history.close);
  if (record !== undefined) return watch.onRecord(record);
  const message = watch.signal.aborted
    ? "It was stopped together with the watch."
    : `It ended ${ended} and left no record, as after a crash or when it runs out of memory.`;
  const { source } = watch;
  await putOnRecord(watch, { runId, outcome: "failed", message, startedAt, finishedAt: watch.now(), source });
}

async function recordMissed(watch: Watch, { due, last, why }: Missed): Promise<void> {
  const { source } = watch;
  const times = { startedAt: due, finishedAt: last };
  watch.onNotice(why);
  await putOnRecord(watch, { runId: newRunId(due), outcome: "missed", message: why, ...times, source });
}

async function putOnRecord({ recording, onNotice, onRecord }: Watch, run: Resultless): Promise<void> {
  const { record, notes } = await recordRun(recording, run);
  for (const note of notes) onNotice(`Note: ${note}`);
  if (record !== null) await onRecord(record);
}
