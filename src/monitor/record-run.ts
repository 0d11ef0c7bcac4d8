import { resolve } from "node:path";
import type { Findings } from "../drift/findings";
import { explainFailure } from "../explain-failure";
import { isoSeconds } from "../reconcile/summarize";
import type { Summary } from "../reconcile/summary";
import { KINDS } from "../subscription";
import { type HistoryPlace, openHistory } from "./history";
import { openAcceptances } from "./open-acceptances";
import { type Drift, readDrift } from "./read-drift";
import type { RunHistory } from "./run-history";
import { type RunRecord, resultlessRecord, type Trigger } from "./run-record";

/** How and where a run is put on record. */
export interface Recording extends Omit<HistoryPlace, "toWrite"> {
  readonly trigger: Trigger;
  readonly scope: string;
}

/** A run that came to a verdict. */
export interface FinishedRun {
  readonly summary: Summary;
  /** Null where the pattern was not looked at. */
  readonly findings: Findings | null;
  /** Folder of its results. */
  readonly directory: string;
  /** When all of it began and ended; a summary tells only of the comparison. */
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** Requests sent to Stripe; null for a comparison of two exports. */
  readonly stripeCalls: number | null;
}

/** A run that failed or was missed. */
export interface Resultless {
  readonly runId: string;
  readonly outcome: "failed" | "missed";
  readonly message: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly source: RunRecord["source"];
}

/** A run on record, and what a person should know about the recording, a sentence each. */
export interface Recorded {
  /** Null when it could not be put on record. */
  readonly record: RunRecord | null;
  readonly notes: readonly string[];
}

/**
 * Puts a run on record. It never throws: a reconciliation does not fail for the sake of its record.
 *
 * Where the database takes no record, the file does.
 */
export async function recordRun(recording: Recording, run: FinishedRun | Resultless): Promise<Recorded> {
  try {
    return await record(recording, run);
  } catch (error) {
    if (recording.databaseUrl === undefined) return { record: null, notes: [notRecorded("in the history", error)] };
    const inFile = await recordRun({ ...recording, databaseUrl: undefined }, run);
    return { ...inFile, notes: [notRecorded("in the database", error), ...inFile.notes] };
  }
}

async function record(recording: Recording, run: FinishedRun | Resultless): Promise<Recorded> {
  const history = await openHistory({ ...recording, toWrite: true });
  try {
    const made = "summary" in run ? await finishedRecord(recording, run, history) : resultless(recording, run);
    await history.append(made);
    return { record: made, notes: history.note === null ? [] : [history.note] };
  } finally {
    await history.close();
  }
}

function notRecorded(where: string, error: unknown): string {
  return `This run is not on record ${where}: ${explainFailure(error).message}`;
}

function resultless({ trigger, scope }: Recording, run: Resultless): RunRecord {
  return resultlessRecord({
    run_id: run.runId,
    trigger,
    scope,
    started_at: isoSeconds(run.startedAt),
    finished_at: isoSeconds(run.finishedAt),
    source: run.source,
    outcome: run.outcome,
    message: run.message,
  });
}

async function finishedRecord(recording: Recording, run: FinishedRun, history: RunHistory): Promise<RunRecord> {
  const accepted = openAcceptances(await history.events(), run.finishedAt);
  const fingerprints = accepted.map(({ fingerprint }) => fingerprint);
  return runRecordOf(recording, run, await readDrift(run.directory, fingerprints));
}

/** The record of a run that came to a verdict. */
export function runRecordOf(
  { trigger, scope }: Pick<Recording, "trigger" | "scope">,
  { summary, findings, directory, startedAt, finishedAt, stripeCalls }: FinishedRun,
  drift: Drift,
): RunRecord {
  const { stripe, database } = summary.inputs;
  return {
    schema_version: 1,
    run_id: summary.run_id,
    trigger,
    scope,
    started_at: isoSeconds(startedAt),
    finished_at: isoSeconds(finishedAt),
    outcome: "finished",
    verdict: summary.verdict,
    message: summary.refusal,
    source: stripeCalls === null ? "files" : "live",
    counts: Object.fromEntries(KINDS.map((kind) => [kind, summary.counts[kind]])) as NonNullable<RunRecord["counts"]>,
    affected_subscriptions: summary.affected_subscriptions,
    impact: summary.scope,
    rows: { stripe: stripe.rows, database: database.rows },
    rejected: { stripe: stripe.rejected, database: database.rejected },
    stripe_calls: stripeCalls,
    report: resolve(directory),
    ...drift,
    causes:
      findings?.causes.map(({ code, confidence, subscription_ids }) => ({
        code,
        confidence,
        subscriptions: subscription_ids.length,
      })) ?? null,
  };
}
