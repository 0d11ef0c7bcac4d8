import { join } from "node:path";
import { readFindings } from "../../drift/findings";
import { explainFailure } from "../../explain-failure";
import { ReconError } from "../../recon-error";
import { listRepairs, type RepairOnRecord } from "../../repair/list-repairs";
import { reportsFolder } from "../../reports-folder";
import { connectDatabase } from "../../sources/postgres/connect-database";
import { openHistory } from "../history";
import { type Health, healthOf } from "./health";
import { findIncidents } from "./incidents";
import { setFilesApart } from "./set-files-apart";

/** Whose health to read; everything has a default. */
export interface HealthOptions {
  /** Where DATABASE_URL and RECON_REPORTS are taken from. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Folder of the reports; the history's file stands in it. */
  readonly reports?: string | null | undefined;
  /** One scope, such as `tenant_id=tenant_001`; `all` where it is on record, else every one, when nothing is said. */
  readonly scope?: string | null | undefined;
  /** How many days of the history are looked at; 90 when nothing is said. */
  readonly days?: number | undefined;
  readonly now?: (() => Date) | undefined;
}

const DAY = 86_400_000;
/** Of a longer history the newest runs are looked at: more would not fit into memory. */
const MOST_RUNS = 20_000;

/**
 * Reads the health of a reconciliation: runs and acceptances from the history, repairs from the journal, onsets from the reports that
 * are still where they were. It only reads.
 *
 * @throws ReconError for a number of days that is none, and a scope that is not on record while others are
 */
export async function readHealth(options: HealthOptions = {}): Promise<Health> {
  const { env = process.env, scope = null, days = 90 } = options;
  if (!(days > 0)) throw new ReconError("bad_days", `days is ${days}: expected a number above 0, such as 90.`);
  const now = (options.now ?? (() => new Date()))();
  const since = new Date(now.getTime() - days * DAY);
  const reports = options.reports ?? reportsFolder(env);
  const databaseUrl = env["DATABASE_URL"];
  const history = await openHistory({ databaseUrl, reports, toWrite: false });
  const [runs, events] = await Promise.all([history.read({ since, newest: MOST_RUNS }), history.events()]).finally(
    history.close,
  );
  const apart = setFilesApart(runs);
  const scopes = [...new Set(apart.map((run) => run.scope))];
  if (scope !== null && runs.length > 0 && !scopes.includes(scope))
    throw new ReconError(
      "unknown_scope",
      `No reconciliation of ${scope} is on record since ${since.toISOString().slice(0, 10)}. There are some of: ${scopes.slice(0, 10).join(", ")}.`,
    );
  const { repairs, note } = await readRepairs(databaseUrl);
  const firsts = findIncidents(apart, []).map(({ first }) => first);
  const onsets = new Map(
    await Promise.all(firsts.map(async (run) => [run.run_id, await onsetOf(run.report)] as const)),
  );
  const notes = [
    ...(note === null ? [] : [note]),
    ...(runs.length < MOST_RUNS ? [] : [`Only the newest ${MOST_RUNS} runs are looked at: give fewer days.`]),
  ];
  return healthOf({
    runs,
    events,
    repairs,
    onsets,
    scope,
    since,
    now,
    place: history.note ?? `The history: ${history.place}.`,
    notes,
  });
}

async function readRepairs(
  databaseUrl: string | undefined,
): Promise<{ readonly repairs: readonly RepairOnRecord[]; readonly note: string | null }> {
  if ((databaseUrl ?? "").trim() === "") return { repairs: [], note: null };
  try {
    const client = await connectDatabase(databaseUrl, { applicationName: "recon health" });
    const repairs = await listRepairs(client).finally(() => client.end().catch(() => undefined));
    return { repairs, note: null };
  } catch (error) {
    const note = `The journal of repairs could not be read, so none is shown: ${explainFailure(error).message}`;
    return { repairs: [], note };
  }
}

/** When the drift that a report is about began; null where the report is gone, or does not tell. */
async function onsetOf(report: string | null): Promise<string | null> {
  if (report === null) return null;
  const findings = await readFindings(join(report, "findings.json")).catch(() => null);
  return findings?.onset.at ?? null;
}
