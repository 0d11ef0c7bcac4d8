import type { RepairOnRecord } from "../../repair/list-repairs";
import { isComparable, openCount } from "../open-findings";
import type { RunRecord } from "../run-record";
import { wholeScope } from "./set-files-apart";

/** A time in which a scope had drift that nobody had accepted. Times are ISO 8601 in UTC. */
export interface Incident {
  readonly scope: string;
  /** The runs that found it, in their order; at least one. */
  readonly runs: readonly RunRecord[];
  /** The run that saw it first: it was detected when that run ended. */
  readonly first: RunRecord;
  /** The most discrepancies that were open at once. */
  readonly most: number;
  /** The last clean run before it; null where it was there from the first run on. */
  readonly cleanBefore: RunRecord | null;
  /** The clean run that ended it; null while it is open. */
  readonly endedBy: RunRecord | null;
  /** The repairs of it, in the order in which they started. */
  readonly repairs: readonly RepairOnRecord[];
  /** When its last repair that was not rolled back was done and verified; null without one. */
  readonly repairedAt: string | null;
  /** When the sides parted, by the drift analysis of its first run; null where that is not known. */
  readonly onset: string | null;
}

/**
 * The incidents behind some runs, in the order in which they were detected.
 *
 * An incident is a series of runs of one scope, one after the other, each with actionable discrepancies that nobody had accepted. It
 * begins with the first such run and ends with the next run that found none. Runs that failed, were missed or could not compare
 * their exports neither begin nor end one: they tell nothing of the drift.
 *
 * A repair belongs to the incident of the run whose report it follows from, and to those that were open when it began; but to none of
 * another scope than that run's.
 *
 * @param runs - in the order in which they started
 * @param onsets - by run id, when the drift that the run found began
 */
export function findIncidents(
  runs: readonly RunRecord[],
  repairs: readonly RepairOnRecord[],
  onsets: ReadonlyMap<string, string | null> = new Map(),
): Incident[] {
  const scopeOf = new Map(runs.map(({ run_id, scope }) => [run_id, wholeScope(scope)]));
  const scopes = [...new Set(runs.map(({ scope }) => scope))];
  return scopes
    .flatMap((scope) => seriesOf(runs.filter((run) => run.scope === scope && isComparable(run))))
    .map((series): Incident => {
      const [first] = series.runs as [RunRecord];
      const own = repairs.filter((repair) => belongs(repair, series, scopeOf));
      const standing = own.filter(({ finishedAt, rolledBackAt }) => finishedAt !== null && rolledBackAt === null);
      return {
        ...series,
        scope: first.scope,
        first,
        most: Math.max(...series.runs.map(openCount)),
        repairs: own,
        repairedAt: standing.at(-1)?.finishedAt ?? null,
        onset: onsets.get(first.run_id) ?? null,
      };
    })
    .sort((a, b) => Date.parse(a.first.started_at) - Date.parse(b.first.started_at));
}

type Series = Pick<Incident, "runs" | "cleanBefore" | "endedBy">;

function seriesOf(runs: readonly RunRecord[]): Series[] {
  const all: Series[] = [];
  let clean: RunRecord | null = null;
  let going: RunRecord[] = [];
  for (const run of runs) {
    if (openCount(run) > 0) {
      going.push(run);
      continue;
    }
    if (going.length > 0) all.push({ runs: going, cleanBefore: clean, endedBy: run });
    going = [];
    clean = run;
  }
  return going.length === 0 ? all : [...all, { runs: going, cleanBefore: clean, endedBy: null }];
}

function belongs(
  { reportRunId, startedAt }: RepairOnRecord,
  series: Series,
  scopeOf: ReadonlyMap<string, string>,
): boolean {
  const [first] = series.runs as [RunRecord];
  if (series.runs.some(({ run_id }) => run_id === reportRunId)) return true;
  const scope = scopeOf.get(reportRunId ?? "");
  if (scope !== undefined && scope !== wholeScope(first.scope)) return false;
  const end = series.endedBy === null ? Number.POSITIVE_INFINITY : Date.parse(series.endedBy.started_at);
  const at = Date.parse(startedAt);
  return at >= Date.parse(first.started_at) && at <= end;
}

/** How long it took to see an incident, in milliseconds: exactly, or at most so long, by the clean run before it. */
export interface Detection {
  readonly milliseconds: number;
  readonly isExact: boolean;
}

/** From the onset of an incident to the end of the run that saw it; null where neither the onset nor a clean run before is known. */
export function timeToDetect({ onset, first, cleanBefore }: Incident): Detection | null {
  const seen = Date.parse(first.finished_at);
  if (onset !== null && Date.parse(onset) <= seen) return { milliseconds: seen - Date.parse(onset), isExact: true };
  return cleanBefore === null ? null : { milliseconds: seen - Date.parse(cleanBefore.started_at), isExact: false };
}

/** From the end of the run that saw an incident to the end of its repair, in milliseconds; null where it was not repaired. */
export function timeToRepair({ first, repairedAt }: Incident): number | null {
  return repairedAt === null ? null : Date.parse(repairedAt) - Date.parse(first.finished_at);
}
