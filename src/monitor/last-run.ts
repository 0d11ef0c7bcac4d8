import { openHistory } from "./history";
import type { RunHistory } from "./run-history";
import type { RunRecord } from "./run-record";

/** The last reconciliations on record; null where there is none. */
export interface LastRuns {
  readonly last: RunRecord | null;
  /** The last one that came to a verdict. */
  readonly lastFinished: RunRecord | null;
}

/** The newest reconciliations of everything or, where there is none, of any part. */
export async function lastRuns(history: RunHistory): Promise<LastRuns> {
  const newest = async (query: Parameters<RunHistory["read"]>[0]): Promise<RunRecord | null> =>
    (await history.read({ ...query, newest: 1 }))[0] ?? null;
  const scope = (await newest({ scope: "all" })) === null ? undefined : "all";
  return { last: await newest({ scope }), lastFinished: await newest({ scope, outcome: "finished" }) };
}

/** The same of the history of a database or of a folder of reports; it reads only. */
export async function readLastRuns(databaseUrl: string | undefined, reports: string): Promise<LastRuns> {
  const history = await openHistory({ databaseUrl, reports, toWrite: false });
  return lastRuns(history).finally(history.close);
}
