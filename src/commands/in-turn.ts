import { holdScope } from "../monitor/hold-scope";
import { type Recording, recordRun } from "../monitor/record-run";
import type { RunRecord } from "../monitor/run-record";
import { ReconError } from "../recon-error";
import { newRunId } from "../reconcile/summarize";
import { say } from "./say";

/** A run that may be one on schedule. */
export interface Turn {
  readonly recording: Recording;
  readonly runId: string | undefined;
  readonly source: RunRecord["source"];
  /** Told what was put on record. */
  readonly onRecord: (record: RunRecord) => Promise<void>;
}

/**
 * Does a run that was started on schedule only while no other of its scope goes on; one that was started by hand always.
 *
 * @param turn - undefined for a run that is not put on record
 * @param work - its signal says that another one may go on after all
 * @throws ReconError `scope_busy`, after the run was put on record as missed
 */
export async function inTurn<Result>(
  turn: Turn | undefined,
  work: (lost: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lost = new AbortController();
  if (turn === undefined || !["cron", "watch"].includes(turn.recording.trigger)) return work(lost.signal);
  const { recording, source } = turn;
  const release = await holdScope({
    ...recording,
    onLost: (why) => {
      say(`Another reconciliation of ${recording.scope} may begin, so this one stops: ${why}.`);
      lost.abort();
    },
  });
  if (release === null) {
    const now = new Date();
    const message = `Another reconciliation of ${recording.scope} was going on.`;
    const times = { startedAt: now, finishedAt: now };
    const runId = turn.runId ?? newRunId(now);
    const { record, notes } = await recordRun(recording, { runId, outcome: "missed", message, ...times, source });
    for (const note of notes) say(`Note: ${note}`);
    if (record !== null) await turn.onRecord(record);
    throw new ReconError("scope_busy", `${message} This one did not take place, which is on record.`);
  }
  return work(lost.signal).finally(release);
}
