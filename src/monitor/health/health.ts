import type { RepairOnRecord } from "../../repair/list-repairs";
import type { HistoryEvent } from "../history-event";
import type { RunRecord } from "../run-record";
import { type AcceptedDrift, acceptedDrift } from "./accepted-drift";
import { findIncidents, type Incident } from "./incidents";
import { judgeHealth, type Verdict } from "./judge-health";
import { type MismatchSeries, mismatchSeries } from "./mismatch-series";
import { type Offender, repeatOffenders } from "./repeat-offenders";
import { type ScopeState, scopeStates } from "./scope-states";
import { setFilesApart } from "./set-files-apart";
import { type Verification, verifyIncident } from "./verification-points";

/** What the history tells of a reconciliation's health at one moment. */
export interface Health {
  readonly checkedAt: Date;
  /** Since when runs are looked at. */
  readonly since: Date;
  /** Where the history is kept and, where it is not the database, why, for a person. */
  readonly place: string;
  readonly verdict: Verdict;
  /** The scopes that it is about: the one that was asked for, else `all`, else every one. */
  readonly scopes: readonly ScopeState[];
  /** Other scopes on record. */
  readonly otherScopes: readonly ScopeState[];
  /** The runs of these scopes, in the order in which they started. */
  readonly runs: readonly RunRecord[];
  readonly series: MismatchSeries;
  readonly incidents: readonly Incident[];
  /** Of the last incident that was repaired or ended; null where there is none. */
  readonly verification: Verification | null;
  readonly offenders: readonly Offender[];
  readonly accepted: readonly AcceptedDrift[];
}

/** What a health is told from. */
export interface HealthSources {
  /** In the order in which they started. */
  readonly runs: readonly RunRecord[];
  /** In their order. */
  readonly events: readonly HistoryEvent[];
  /** In the order in which they started. */
  readonly repairs: readonly RepairOnRecord[];
  /** By run id, when the drift that the run found began. */
  readonly onsets?: ReadonlyMap<string, string | null>;
  /** One scope; `all` where it is on record, else every one, when nothing is said. */
  readonly scope: string | null;
  readonly since: Date;
  readonly now: Date;
  readonly place: string;
  /** What could not be read, a sentence each. */
  readonly notes: readonly string[];
}

/** Tells the health of a reconciliation from what is on record. */
export function healthOf({
  runs: onRecord,
  events,
  repairs,
  onsets,
  now,
  since,
  place,
  notes,
  ...asked
}: HealthSources): Health {
  const all = setFilesApart(onRecord);
  const states = scopeStates(all, now);
  const chosen = asked.scope ?? (states.some(({ scope }) => scope === "all") ? "all" : null);
  const isIn = ({ scope }: { readonly scope: string }): boolean => chosen === null || scope === chosen;
  const runs = all.filter(isIn);
  const scopes = states.filter(isIn);
  const otherScopes = states.filter((state) => !isIn(state));
  const incidents = findIncidents(runs, repairs, onsets);
  const [verification = null] = incidents
    .map((incident) => verifyIncident(incident, runs, now))
    .filter((each) => each !== null)
    .slice(-1);
  const last = scopes.flatMap(({ lastComparable }) => (lastComparable === null ? [] : [lastComparable]));
  const accepted = acceptedDrift(events, last, now);
  return {
    checkedAt: now,
    since,
    place,
    verdict: judgeHealth({ scopes, otherScopes, incidents, verification, accepted, notes, now }),
    scopes,
    otherScopes,
    runs,
    series: mismatchSeries(runs),
    incidents,
    verification,
    offenders: repeatOffenders(incidents),
    accepted,
  };
}
