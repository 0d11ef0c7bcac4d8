import binomial from "@stdlib/stats-base-dists-binomial-cdf";
import type { Attempt } from "./attempt";

/** A stretch of time in which most deliveries failed. Times in milliseconds. */
export interface FailureWindow {
  /** The first and the last failure. */
  readonly from: number;
  readonly to: number;
  readonly failed: number;
  /** Deliveries in it, failed ones included. */
  readonly total: number;
  /** Kinds of failure, most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
  /** Whether no delivery went well after it, so that it may go on. */
  readonly open: boolean;
}

/** A stretch without any webhook in the log, where many were due. Times in milliseconds. */
export interface Silence {
  readonly from: number;
  readonly to: number;
  /** How many deliveries the log has in as long a time on average. */
  readonly expected: number;
}

/** What one source of entries tells of a bucket. */
interface Tally {
  total: number;
  failed: number;
  reasons: Map<string, number> | null;
}

interface Bucket {
  readonly application: Tally;
  readonly access: Tally;
  firstFailure: number;
  lastFailure: number;
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** Beyond this the buckets are made twice as long: memory stays flat however long the log is. */
const MOST_BUCKETS = 50_000;
const MOST_REASONS = 50;
/** After so long without any delivery, failures are another window. */
const LONGEST_LULL = 24 * HOUR;
/** Fewer failures than this are no window. */
const LEAST_FAILURES = 3;
/** At least so many of the deliveries fail at any time, as far as chance is concerned. */
const BACKGROUND = 0.01;
/** Chance may explain a window no more often than this, over all that were looked at. */
const BY_CHANCE = 0.01;
/** A silence is no shorter than this, and so many deliveries were due in it. */
const LEAST_SILENCE = 15 * MINUTE;
const LEAST_EXPECTED = 50;

/**
 * Counts deliveries over time, in flat memory, and finds when they failed.
 *
 * A delivery that both the application and an access log tell of is counted once: of the two, the source that saw more counts.
 */
export class FailureTimeline {
  private width = MINUTE;
  private buckets = new Map<number, Bucket>();

  add({ lastAt, outcome, reason, isRequest }: Attempt): void {
    if (lastAt === null) return;
    const bucket = this.bucketAt(lastAt);
    const tally = isRequest ? bucket.access : bucket.application;
    tally.total++;
    if (outcome !== "failed") return;
    tally.failed++;
    tally.reasons ??= new Map();
    count(tally.reasons, reason ?? "error", 1);
    bucket.firstFailure = Math.min(bucket.firstFailure, lastAt);
    bucket.lastFailure = Math.max(bucket.lastFailure, lastAt);
  }

  /** The windows in which deliveries failed, in order of time. */
  windows(): FailureWindow[] {
    const steps = this.sorted().map(([start, bucket]) => ({ start, bucket, ...seen(bucket) }));
    const runs = splitAtLulls(steps).flatMap(heaviestRuns);
    const inRuns = sum(runs.flat());
    const all = sum(steps);
    const outside = all.total - inRuns.total;
    const background = Math.max(BACKGROUND, outside === 0 ? 0 : (all.failed - inRuns.failed) / outside);
    const lastWell = steps.reduce((last, { failed, total, start }) => (failed < total ? start : last), 0);
    return runs.flatMap((run) => {
      const { failed, total } = sum(run);
      const chance = 1 - binomial(failed - 1, total, Math.min(background, 0.99));
      if (failed < LEAST_FAILURES || chance * runs.length > BY_CHANCE) return [];
      const to = Math.max(...run.map(({ bucket }) => bucket.lastFailure));
      const from = Math.min(...run.map(({ bucket }) => bucket.firstFailure));
      return [{ from, to, failed, total, reasons: reasonsOf(run.map(({ bucket }) => bucket)), open: lastWell < to }];
    });
  }

  /** The stretches without any delivery that are longer than chance allows, in order of time. */
  silences(): Silence[] {
    const starts = this.sorted();
    const [first, last] = [starts[0]?.[0] ?? 0, starts.at(-1)?.[0] ?? 0];
    const all = sum(starts.map(([, bucket]) => seen(bucket)));
    const rate = all.total / Math.max(last - first, this.width);
    return starts.flatMap(([start], at) => {
      const next = starts[at + 1]?.[0];
      const from = start + this.width;
      if (next === undefined || next - from < LEAST_SILENCE) return [];
      const expected = Math.round(rate * (next - from));
      return expected < LEAST_EXPECTED ? [] : [{ from, to: next, expected }];
    });
  }

  private sorted(): [number, Bucket][] {
    return [...this.buckets]
      .map(([at, bucket]): [number, Bucket] => [at * this.width, bucket])
      .sort(([a], [b]) => a - b);
  }

  private bucketAt(time: number): Bucket {
    const known = this.buckets.get(Math.floor(time / this.width));
    if (known !== undefined) return known;
    while (this.buckets.size >= MOST_BUCKETS) this.widen();
    const bucket = newBucket();
    this.buckets.set(Math.floor(time / this.width), bucket);
    return bucket;
  }

  private widen(): void {
    this.width *= 2;
    const wider = new Map<number, Bucket>();
    for (const [at, bucket] of this.buckets) {
      const other = wider.get(Math.floor(at / 2));
      if (other === undefined) wider.set(Math.floor(at / 2), bucket);
      else merge(other, bucket);
    }
    this.buckets = wider;
  }
}

interface Counts {
  readonly failed: number;
  readonly total: number;
}
interface Step extends Counts {
  readonly start: number;
  readonly bucket: Bucket;
}

function newBucket(): Bucket {
  const tally = (): Tally => ({ total: 0, failed: 0, reasons: null });
  return {
    application: tally(),
    access: tally(),
    firstFailure: Number.POSITIVE_INFINITY,
    lastFailure: Number.NEGATIVE_INFINITY,
  };
}

function merge(into: Bucket, from: Bucket): void {
  for (const source of ["application", "access"] as const) {
    into[source].total += from[source].total;
    into[source].failed += from[source].failed;
    const reasons = from[source].reasons;
    if (reasons === null) continue;
    into[source].reasons ??= new Map();
    for (const [reason, times] of reasons) count(into[source].reasons as Map<string, number>, reason, times);
  }
  into.firstFailure = Math.min(into.firstFailure, from.firstFailure);
  into.lastFailure = Math.max(into.lastFailure, from.lastFailure);
}

function count(reasons: Map<string, number>, reason: string, times: number): void {
  const name = reasons.has(reason) || reasons.size < MOST_REASONS ? reason : "other";
  reasons.set(name, (reasons.get(name) ?? 0) + times);
}

function seen({ application, access }: Bucket): Counts {
  return {
    failed: Math.max(application.failed, access.failed),
    total: Math.max(application.total, access.total),
  };
}

function sum(counts: readonly Counts[]): Counts {
  return counts.reduce((all, { failed, total }) => ({ failed: all.failed + failed, total: all.total + total }), {
    failed: 0,
    total: 0,
  });
}

/** Per bucket the reasons of the source that saw more failures; the application's are more telling. */
function reasonsOf(buckets: readonly Bucket[]): { reason: string; count: number }[] {
  const all = new Map<string, number>();
  for (const { application, access } of buckets) {
    const { reasons } = application.failed >= access.failed ? application : access;
    for (const [reason, times] of reasons ?? []) count(all, reason, times);
  }
  return [...all]
    .map(([reason, times]) => ({ reason, count: times }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}

function splitAtLulls(steps: readonly Step[]): Step[][] {
  const parts: Step[][] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const step of steps) {
    if (step.start - before > LONGEST_LULL) parts.push([]);
    parts.at(-1)?.push(step);
    before = step.start;
  }
  return parts;
}

interface Run {
  /** The score before its first step, and with its last. */
  readonly left: number;
  readonly right: number;
  readonly from: number;
  readonly to: number;
  /** Which of the runs before it is the last with a lower `left`; -1 for none. */
  readonly below: number;
}

/**
 * All stretches in which failures outweigh successes the most, each delivery counting one. Source: Ruzzo, Tompa (1999), "A linear
 * time algorithm for finding all maximal scoring subsequences".
 */
function heaviestRuns(steps: readonly Step[]): Step[][] {
  const runs: Run[] = [];
  let score = 0;
  for (const [at, { failed, total }] of steps.entries()) {
    const left = score;
    score += 2 * failed - total;
    if (score <= left) continue;
    let run: Run = { left, right: score, from: at, to: at, below: lastBelow(runs, left) };
    for (let other = runs[run.below]; other !== undefined && other.right < run.right; other = runs[run.below]) {
      runs.length = run.below;
      run = { left: other.left, right: run.right, from: other.from, to: run.to, below: other.below };
    }
    runs.push(run);
  }
  return runs.map(({ from, to }) => steps.slice(from, to + 1));
}

function lastBelow(runs: readonly Run[], left: number): number {
  let at = runs.length - 1;
  for (let run = runs[at]; run !== undefined && run.left >= left; run = runs[at]) at = run.below;
  return at;
}
