import { isComparable, openCount } from "../open-findings";
import type { RunRecord } from "../run-record";
import type { Incident } from "./incidents";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The runbook's three verifications after a repair. A run counts for one when it starts between `from` and `until`, in milliseconds
 * after the repair: a daily schedule meets the later two.
 */
const POINTS = [
  { title: "5 minutes", from: 0, until: 5 * MINUTE },
  { title: "24 hours", from: DAY, until: 2 * DAY },
  { title: "1 week", from: 7 * DAY, until: 8 * DAY },
] as const;

/** `passed` a run proves it · `due` it is still to come · `missed` no run looked in time · `failed` a run found something. */
export type PointState = "passed" | "due" | "missed" | "failed";

/** One of the verifications of an incident. Times are ISO 8601 in UTC. */
export interface VerificationPoint {
  readonly title: (typeof POINTS)[number]["title"];
  readonly state: PointState;
  /** From when on a run proves it. */
  readonly dueAt: string;
  /** Until when a run proves it. */
  readonly until: string;
  /** The run that proved it, or that found something; of one that was missed, the first clean run after it. */
  readonly run: RunRecord | null;
  /** Where no run looked in time but the repair verified itself: the rows it reconciled again. */
  readonly ownVerification: number | null;
  /** Runs of the time in between that failed or were missed. */
  readonly gaps: number;
}

/** What became of an incident since its repair. */
export interface Verification {
  readonly incident: Incident;
  /** When the points begin to count: the end of the repair or, where none is on record, the first clean run. */
  readonly since: string;
  readonly basis: "repair" | "clean_run";
  readonly points: readonly VerificationPoint[];
}

/**
 * The three verifications of an incident, each ticked by the runs on record; null while it is open and not repaired.
 *
 * The first is passed by a run that starts within 5 minutes and finds nothing, else by the repair's own verification. The others are
 * passed by the first run after that time, when neither it nor any run since the repair found something.
 *
 * @param runs - in the order in which they started
 */
export function verifyIncident(incident: Incident, runs: readonly RunRecord[], now: Date): Verification | null {
  const { repairedAt, endedBy } = incident;
  const since = repairedAt ?? endedBy?.started_at ?? null;
  if (since === null) return null;
  // Records know whole seconds.
  const start = Math.floor(Date.parse(since) / 1000) * 1000;
  const later = runs.filter(({ scope, started_at }) => scope === incident.scope && Date.parse(started_at) >= start);
  const points = POINTS.map(({ title, from, until }): VerificationPoint => {
    const window = { title, from: start + from, until: start + until };
    return pointOf(window, later, title === "5 minutes" ? verifiedRows(incident) : null, now);
  });
  return { incident, since, basis: repairedAt === null ? "clean_run" : "repair", points };
}

interface Window {
  readonly title: VerificationPoint["title"];
  readonly from: number;
  readonly until: number;
}

function pointOf(
  { title, from, until }: Window,
  later: readonly RunRecord[],
  ownVerification: number | null,
  now: Date,
): VerificationPoint {
  const startOf = (run: RunRecord): number => Date.parse(run.started_at);
  const comparable = later.filter(isComparable);
  const proof = comparable.find((run) => startOf(run) >= from && startOf(run) <= until) ?? null;
  const end = proof === null ? until : startOf(proof);
  const found = comparable.find((run) => startOf(run) <= end && openCount(run) > 0) ?? null;
  const gaps = later.filter((run) => !isComparable(run) && startOf(run) <= end).length;
  const point = { title, dueAt: isoOf(from), until: isoOf(until), gaps, ownVerification: null };
  if (found !== null) return { ...point, state: "failed", run: found };
  if (proof !== null) return { ...point, state: "passed", run: proof };
  if (ownVerification !== null) return { ...point, state: "passed", run: null, ownVerification };
  if (now.getTime() <= until) return { ...point, state: "due", run: null };
  const tooLate = comparable.find((run) => startOf(run) > until && openCount(run) === 0) ?? null;
  return { ...point, state: "missed", run: tooLate };
}

/** How many rows the last repair reconciled again before it was done; null where it found something, or there was none. */
function verifiedRows({ repairs, repairedAt }: Incident): number | null {
  const verified = repairs
    .find(({ finishedAt }) => finishedAt !== null && finishedAt === repairedAt)
    ?.verifications.filter(({ at }) => Date.parse(at) <= Date.parse(repairedAt ?? at))
    .at(-1);
  return verified === undefined || verified.remaining > 0 ? null : verified.rows;
}

function isoOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
