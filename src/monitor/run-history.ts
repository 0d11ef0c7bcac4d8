import type { HistoryEvent } from "./history-event";
import type { Outcome, RunRecord } from "./run-record";

/** Which runs are asked for; all when nothing is said. */
export interface RunQuery {
  /** Runs that started at this time or later. */
  readonly since?: Date | undefined;
  readonly scope?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly runId?: string | undefined;
  /** Only so many, the newest. */
  readonly newest?: number | undefined;
}

/** Reconciliations on record. It is only added to; pruning is on request alone, and is on record itself. */
export interface RunHistory {
  /** Where it is kept, for a person. */
  readonly place: string;
  /** Adds a run; one that is on record already is left as it is. */
  append(record: RunRecord): Promise<void>;
  /** Runs in the order in which they started. */
  read(query?: RunQuery): Promise<RunRecord[]>;
  addEvent(event: HistoryEvent): Promise<void>;
  /** All events, in their order. */
  events(): Promise<HistoryEvent[]>;
  /** Removes the runs that started before a time, and says how many. */
  prune(before: Date, who: string): Promise<number>;
  close(): Promise<void>;
}

/** Puts runs in the order in which they started, each once, as it was first, and keeps those that are asked for. */
export function selectRuns(records: readonly RunRecord[], query: RunQuery = {}): RunRecord[] {
  const { since, scope, outcome, runId, newest } = query;
  const asked = records.filter(
    (each) =>
      (since === undefined || Date.parse(each.started_at) >= since.getTime()) &&
      (scope === undefined || each.scope === scope) &&
      (outcome === undefined || each.outcome === outcome) &&
      (runId === undefined || each.run_id === runId),
  );
  // The last to be set stays.
  const once = new Map([...asked].reverse().map((each) => [each.run_id, each]));
  const ordered = [...once.values()].reverse().sort((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at));
  return newest === undefined ? ordered : ordered.slice(-newest);
}
