import { isComparable, openCount } from "../open-findings";
import type { RunRecord } from "../run-record";
import { type Rhythm, rhythmOf } from "./rhythm";

/** How one scope stands. */
export interface ScopeState {
  readonly scope: string;
  readonly last: RunRecord;
  /** The last run that came to a verdict; null where there is none. */
  readonly lastComparable: RunRecord | null;
  /** Discrepancies that are open since that run. */
  readonly open: number;
  readonly rhythm: Rhythm;
}

/** Every scope, the one that was run last first. */
export function scopeStates(runs: readonly RunRecord[], now: Date): ScopeState[] {
  const byScope = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const own = byScope.get(run.scope);
    if (own === undefined) byScope.set(run.scope, [run]);
    else own.push(run);
  }
  return [...byScope]
    .map(([scope, own]): ScopeState => {
      const lastComparable = own.filter(isComparable).at(-1) ?? null;
      return {
        scope,
        last: own.at(-1) as RunRecord,
        lastComparable,
        open: lastComparable === null ? 0 : openCount(lastComparable),
        rhythm: rhythmOf(own, now),
      };
    })
    .sort((a, b) => Date.parse(b.last.started_at) - Date.parse(a.last.started_at));
}
