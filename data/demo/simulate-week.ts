import type { Findings } from "../../src/drift/findings";
import { fingerprintOf } from "../../src/monitor/fingerprint";
import type { Acceptance } from "../../src/monitor/history-event";
import { type RunRecord, resultlessRecord } from "../../src/monitor/run-record";
import { noCounts, scopeOf } from "../../src/reconcile/summary";
import type { NewEntry } from "../../src/repair/journal";
import { KINDS, type Kind } from "../../src/subscription";

/** A week that never was, as the history and the journal would tell it. */
export interface SimulatedWeek {
  readonly runs: readonly RunRecord[];
  readonly acceptance: Acceptance;
  /** What the journal is given, each with its time. */
  readonly repair: readonly { readonly at: Date; readonly entry: NewEntry }[];
  /** The run that saw the drift first, and what its analysis would have found. */
  readonly detectedBy: string;
  readonly findings: Findings;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOURS = 168;
/** A run takes some minutes: the last one has ended. */
const RUN = 4 * MINUTE;

/** Minutes from the start of the week: webhooks are lost from one to the other. */
const LOST = { from: 26 * 60 + 20, to: 29 * 60 + 5 };
/** The hour of the last run that finds the drift. */
const LAST_FOUND = 30;
const REPAIR = { from: 30 * 60 + 40, to: 30 * 60 + 46 };
/** A person looks at once whether the repair holds. */
const BY_HAND = REPAIR.to + 3;
/** Hours without a result. */
const FAILED = new Map([[70, "Stripe did not answer within 30 s, after 5 tries."]]);
const MISSED = new Map(
  [101, 102].map((hour) => [hour, "The machine slept, was overloaded, or its clock was set forward."]),
);
/** Drift that is not repaired: somebody decides to live with it. */
const TOLERATED = 3;
/** What the drift has grown to when it is whole. */
const WHOLE: Readonly<Partial<Record<Kind, number>>> = {
  status_mismatch: 88,
  missing_in_database: 37,
  field_mismatch: 17,
};

/**
 * Simulates a week of hourly runs with one incident: webhooks are lost for some hours, the drift is seen, repaired and verified; three
 * differences are accepted; one run fails, two are missed. The same end gives the same week.
 *
 * @param end - the week ends with the last full hour before it
 * @param reportOf - the folder of a run's report
 */
export function simulateWeek(end: Date, reportOf: (runId: string) => string): SimulatedWeek {
  const last = Math.floor((end.getTime() - RUN) / HOUR) * HOUR;
  const start = last - (HOURS - 1) * HOUR;
  const at = (minutes: number): Date => new Date(start + minutes * MINUTE);
  const hourly = Array.from({ length: HOURS }, (_, hour) => runOf(at(hour * 60), "watch", hour));
  const byHand = runOf(at(BY_HAND), "by_hand", BY_HAND / 60);
  const runs = [...hourly, byHand].sort((a, b) => a.started_at.localeCompare(b.started_at));
  const detected = hourly[Math.ceil(LOST.from / 60)] as RunRecord;
  return {
    runs: runs.map((run) => (run === detected ? { ...run, report: reportOf(run.run_id) } : run)),
    acceptance: acceptanceOf(at(REPAIR.to + 1), at(21 * 24 * 60), hourly[LAST_FOUND] as RunRecord),
    repair: repairOf(at, hourly[LAST_FOUND] as RunRecord),
    detectedBy: detected.run_id,
    findings: findingsOf(detected, isoOf(at(LOST.from)), isoOf(at(LOST.to))),
  };
}

function isoOf(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

function runOf(startedAt: Date, trigger: RunRecord["trigger"], hour: number): RunRecord {
  const started_at = isoOf(startedAt);
  const basics = resultlessRecord({
    run_id: `simulated-${started_at.replaceAll(/[-:]/g, "")}`,
    trigger,
    scope: "all",
    started_at,
    finished_at: isoOf(new Date(startedAt.getTime() + (MISSED.has(hour) ? 0 : RUN))),
    source: "live",
    outcome: MISSED.has(hour) ? "missed" : "failed",
    message: MISSED.get(hour) ?? FAILED.get(hour) ?? "",
  });
  if (basics.message !== "") return basics;
  // Of the drift, as much as the webhooks lost so far.
  const lost = Math.min(1, Math.max(0, (hour * 60 - LOST.from) / (LOST.to - LOST.from)));
  const grown = hour > LAST_FOUND ? 0 : lost;
  const isTolerated = hour > LAST_FOUND;
  const tolerated = hour >= LAST_FOUND ? TOLERATED : 0;
  const open = (kind: Kind): number => Math.ceil((WHOLE[kind] ?? 0) * grown);
  const actionable = (kind: Kind): number => open(kind) + (kind === "metadata_mismatch" ? tolerated : 0);
  const counts = KINDS.map((kind, index) => {
    const others = { in_flight: (Math.floor(hour) * (index + 3)) % 4, expected: index === 0 ? 14 : 0, review: 0 };
    return [kind, { ...others, actionable: actionable(kind) }] as const;
  });
  const affected = KINDS.reduce((sum, kind) => sum + actionable(kind), 0);
  const acceptedOf = (kind: Kind): number => (isTolerated && kind === "metadata_mismatch" ? tolerated : 0);
  const names = KINDS.flatMap((kind) => Array.from({ length: open(kind) }, (_, number) => nameOf(kind, number)));
  const toleratedNames = Array.from({ length: tolerated }, (_, number) => nameOf("metadata_mismatch", number));
  return {
    ...basics,
    outcome: "finished",
    verdict: affected === 0 ? "clean" : "discrepancies",
    message: null,
    counts: { ...noCountsByKind(), ...(Object.fromEntries(counts) as NonNullable<RunRecord["counts"]>) },
    accepted: Object.fromEntries(KINDS.map((kind) => [kind, acceptedOf(kind)])) as NonNullable<RunRecord["accepted"]>,
    affected_subscriptions: affected,
    impact: scopeOf(affected),
    rows: { stripe: 2940 + Math.floor(hour), database: 2891 + Math.floor(hour) },
    rejected: { stripe: 0, database: 1 },
    stripe_calls: 31,
    fingerprints: {
      open: [...names, ...(isTolerated ? [] : toleratedNames)].sort(),
      accepted: isTolerated ? [...toleratedNames].sort() : [],
    },
    by_tenant: tenantsOf(affected - acceptedOf("metadata_mismatch")),
    causes:
      affected < 10 ? [] : [{ code: "missed_webhooks", confidence: lost < 1 ? 0.83 : 0.96, subscriptions: affected }],
  };
}

function noCountsByKind(): NonNullable<RunRecord["counts"]> {
  const { stripe: _stripe, database: _database, matched: _matched, ...counts } = noCounts();
  return counts;
}

function nameOf(kind: Kind, number: number): string {
  return fingerprintOf(`sub_simulated_${number}`, kind);
}

function tenantsOf(actionable: number): NonNullable<RunRecord["by_tenant"]> {
  const shares = [0.4, 0.25, 0.2, 0.15].map((share, index) => ({
    tenant: `simulated_tenant_${index + 1}`,
    actionable: Math.floor(actionable * share),
  }));
  return shares.filter((each) => each.actionable > 0);
}

function acceptanceOf(at: Date, until: Date, run: RunRecord): Acceptance {
  return {
    event: "accepted",
    at: isoOf(at),
    who: "simulated operator",
    why: "The app renamed this key; Stripe's is changed with the next release.",
    until: isoOf(until),
    run_id: run.run_id,
    discrepancies: Array.from({ length: TOLERATED }, (_, number) => ({
      subscription_id: `sub_simulated_${number}`,
      kind: "metadata_mismatch",
    })),
  };
}

function repairOf(at: (minutes: number) => Date, run: RunRecord): SimulatedWeek["repair"] {
  const changed = Object.values(WHOLE).reduce((sum, count) => sum + count, 0);
  const run_id = `simulated-repair-${run.run_id.replace(/^simulated-/, "")}`;
  const entry = (minutes: number, kind: NewEntry["kind"], data: NewEntry["data"]) => ({
    at: at(minutes),
    entry: { run_id, kind, subscription_id: null, data },
  });
  const plan = { plan_id: `plan-${run_id}`, report: { directory: "", run_id: run.run_id, inputs: [] } };
  return [
    entry(REPAIR.from, "run_started", {
      operator: "simulated operator",
      changes: changed,
      left_out: TOLERATED,
      plan: plan,
    }),
    entry(REPAIR.to - 1, "verified", { of: "stage", result: "clean", touched: changed, drawn: 50, remaining: [] }),
    entry(REPAIR.to, "stage_finished", { changed, skipped: 0 }),
    entry(REPAIR.to, "run_finished", { result: "clean", escalate: [] }),
  ];
}

function findingsOf(run: RunRecord, from: string, to: string): Findings {
  return {
    schema_version: 1,
    run_id: run.run_id,
    pattern: "found",
    headline: "Simulated: webhooks were missed.",
    subscriptions: run.affected_subscriptions ?? 0,
    discrepancies: run.affected_subscriptions ?? 0,
    onset: { at: from, low: from, high: from, ends: to, shape: "burst" },
    by_kind: {},
    transitions: [],
    metadata_keys: [],
    fields: [],
    frequency: { bucket: "hour", series: [], by_transition: [], by_dimension: [] },
    concentrations: [],
    causes: [],
    not_tested: [],
    next_step: "None: it is simulated.",
  };
}
