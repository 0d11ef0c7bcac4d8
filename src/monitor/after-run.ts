import { explainFailure } from "../explain-failure";
import { isoSeconds } from "../reconcile/summarize";
import { type HistoryPlace, openHistory } from "./history";
import { judgeAlert } from "./judge-alert";
import { metricsText } from "./metrics-text";
import { notificationOf } from "./notification";
import { postHook, type UrlHook } from "./post-hook";
import { type RunHistory, selectRuns } from "./run-history";
import { runHook } from "./run-hook";
import type { RunRecord } from "./run-record";
import { writeTextfile } from "./write-textfile";

/** Who learns of a run. */
export interface Audience {
  /** File of metrics for the node exporter. */
  readonly textfile?: string | undefined;
  /** Told the metrics. */
  readonly onMetrics?: ((text: string) => void) | undefined;
  /** A command of the shell. */
  readonly command?: string | undefined;
  readonly url?: Pick<UrlHook, "url" | "secret"> | undefined;
}

/** How others are told of a run. */
export interface Telling {
  readonly audience: Audience;
  readonly place: Omit<HistoryPlace, "toWrite">;
  /** The time between two runs on schedule, in milliseconds; null where it is not known. */
  readonly period: number | null;
  readonly now: () => Date;
  readonly onNotice: (sentence: string) => void;
  readonly signal?: AbortSignal | undefined;
}

const DAY = 86_400_000;
/** How far back the last result is looked for. */
const RESULTS = 50;
/** How long a hook may take, in milliseconds: an attempt at a URL, and a command. */
const TIMEOUTS = { url: 10_000, command: 60_000 } as const;

/** Brings the metrics up to date after a run, and tells the hooks what is new. What fails of it is said, and fails nothing else. */
export async function afterRun(record: RunRecord, telling: Telling): Promise<void> {
  const { audience, onNotice } = telling;
  try {
    if (Object.values(audience).every((each) => each === undefined)) return;
    const history = await openHistory({ ...telling.place, toWrite: true });
    try {
      const records = await recordsLike(history, record, telling.now());
      await updateMetrics(record, records, telling);
      await tellHooks(record, records, history, telling);
    } finally {
      await history.close();
    }
  } catch (error) {
    onNotice(`Note: ${explainFailure(error).message}`);
  }
}

/** Brings the metrics up to date before any run. */
export async function firstMetrics(
  scope: Pick<RunRecord, "scope" | "source">,
  { audience, place, now, period }: Omit<Telling, "onNotice">,
): Promise<void> {
  const history = await openHistory({ ...place, toWrite: false });
  const records = await recordsLike(history, scope, now()).finally(history.close);
  audience.onMetrics?.(await metricsText({ records, scope: scope.scope, now: now(), period }));
}

/** Runs of the same scope and source: those of the last day, and the last results however old. */
async function recordsLike(
  history: RunHistory,
  { scope, source }: Pick<RunRecord, "scope" | "source">,
  now: Date,
): Promise<RunRecord[]> {
  const recent = await history.read({ scope, since: new Date(now.getTime() - DAY) });
  const results = await history.read({ scope, outcome: "finished", newest: RESULTS });
  return selectRuns([...results, ...recent]).filter((each) => each.source === source);
}

async function updateMetrics({ scope }: RunRecord, records: readonly RunRecord[], telling: Telling): Promise<void> {
  const { audience, now, period, onNotice } = telling;
  if (audience.onMetrics === undefined && audience.textfile === undefined) return;
  const text = await metricsText({ records, scope, now: now(), period });
  audience.onMetrics?.(text);
  if (audience.textfile !== undefined)
    await writeTextfile(audience.textfile, text).catch((error) =>
      onNotice(`Note: the metrics were not written: ${explainFailure(error).message}`),
    );
}

async function tellHooks(
  record: RunRecord,
  records: readonly RunRecord[],
  history: RunHistory,
  { audience, now, onNotice, signal }: Telling,
): Promise<void> {
  const { command, url } = audience;
  if (command === undefined && url === undefined) return;
  const untold = new Set(
    (await history.events()).flatMap((each) => (each.event === "undelivered" ? [each.run_id] : [])),
  );
  const index = records.findIndex(({ run_id }) => run_id === record.run_id);
  const alert = judgeAlert(
    record,
    records.slice(0, index).filter(({ run_id }) => !untold.has(run_id)),
  );
  if (alert.reasons.length === 0) return;
  const undelivered = { event: "undelivered", at: isoSeconds(now()), run_id: record.run_id } as const;
  if (signal?.aborted === true) return history.addEvent(undelivered);
  const body = JSON.stringify(notificationOf(record, alert));
  const told = await Promise.allSettled([
    ...(command === undefined ? [] : [runHook(command, body, TIMEOUTS.command)]),
    ...(url === undefined ? [] : [postHook({ ...url, timeout: TIMEOUTS.url, now, signal }, body)]),
  ]);
  const failures = told.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
  for (const failure of failures) onNotice(`Note: ${explainFailure(failure).message} The next run tells it again.`);
  // Else what is new now would be known to nobody, and the next run would hold its peace.
  if (failures.length > 0) await history.addEvent(undelivered);
}
