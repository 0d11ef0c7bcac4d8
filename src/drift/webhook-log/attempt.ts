import type { Verdict } from "./judge-entry";
import type { LogEntry } from "./log-entry";

/** What the log tells of one delivery of a webhook: all entries of one request, or of one event within a minute. */
export interface Attempt {
  /** The order they began in, for those without a time. */
  readonly order: number;
  /** Milliseconds; null when no entry near states a time. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly outcome: "failed" | "delivered" | "arrived";
  readonly status: number | null;
  /** The kind of the failure; null when it did not fail. */
  readonly reason: string | null;
  readonly ignored: boolean;
  readonly eventIds: ReadonlySet<string>;
  readonly eventTypes: ReadonlySet<string>;
  readonly subscriptionIds: ReadonlySet<string>;
  /** Whether it is known from an access log alone. */
  readonly isRequest: boolean;
}

type Growing = { -readonly [K in keyof Attempt]: Attempt[K] } & {
  keys: string[];
  eventIds: Set<string>;
  eventTypes: Set<string>;
  subscriptionIds: Set<string>;
};

/** Entries of the same event belong to one delivery within this time, milliseconds. Stripe tries again much later. */
const TOGETHER = 60_000;
/** Entries of the same request do so longer. */
const SAME_REQUEST = 600_000;
/** Deliveries that are held together at once: more than any application handles within a minute. */
const MOST_OPEN = 20_000;
/** Names of one delivery; a list of thousands of events is none. */
const MOST_NAMES = 50;

/** Gathers entries into deliveries, and hands each on once nothing more can belong to it. */
export class Attempts {
  private readonly byKey = new Map<string, Growing>();
  private readonly open = new Set<Growing>();
  private begun = 0;

  constructor(private readonly onDone: (attempt: Attempt) => void) {}

  /** Takes an entry; one that is about no webhook counts only when it ends a request that is. Returns whether it was one. */
  add(entry: LogEntry, at: number | null, verdict: Verdict): boolean {
    const keys = keysOf(entry);
    const known = this.find(keys, entry, at, verdict);
    const isNamed = entry.eventIds.length > 0 || entry.eventTypes.length > 0;
    if (known === null && !isNamed && !entry.namesWebhook) return false;
    if (known === null && keys.length === 0 && verdict.kind === "arrived") return isNamed;
    const attempt = known ?? this.begin(at);
    grow(attempt, entry, at, verdict);
    if (keys.length === 0) this.finish(attempt);
    for (const key of keys) this.register(key, attempt);
    if (this.open.size > MOST_OPEN)
      for (const oldest of this.open) {
        this.finish(oldest);
        break;
      }
    return true;
  }

  /** Hands on what is left. */
  end(): void {
    for (const attempt of this.open) this.finish(attempt);
  }

  private find(keys: readonly string[], entry: LogEntry, at: number | null, verdict: Verdict): Growing | null {
    for (const key of keys) {
      const attempt = this.byKey.get(key);
      if (attempt === undefined) continue;
      const isRequest = key.startsWith("request ");
      if (isTogether(attempt, at, isRequest ? SAME_REQUEST : TOGETHER) && agrees(attempt, entry, verdict, isRequest))
        return attempt;
      if (!isRequest) this.finish(attempt);
    }
    return null;
  }

  private begin(at: number | null): Growing {
    const attempt: Growing = {
      order: this.begun++,
      firstAt: at,
      lastAt: at,
      outcome: "arrived",
      status: null,
      reason: null,
      ignored: false,
      eventIds: new Set(),
      eventTypes: new Set(),
      subscriptionIds: new Set(),
      isRequest: true,
      keys: [],
    };
    this.open.add(attempt);
    return attempt;
  }

  private register(key: string, attempt: Growing): void {
    if (this.byKey.get(key) === attempt) return;
    const own = copyOf(key);
    this.byKey.set(own, attempt);
    attempt.keys.push(own);
  }

  private finish(attempt: Growing): void {
    if (!this.open.delete(attempt)) return;
    for (const key of attempt.keys) if (this.byKey.get(key) === attempt) this.byKey.delete(key);
    this.onDone(attempt);
  }
}

/** What holds entries together, best first. */
function keysOf({ requestId, eventIds, subscriptionIds }: LogEntry): string[] {
  const request = requestId === null ? [] : [`request ${requestId}`];
  return eventIds.length > 0 || requestId !== null ? [...request, ...eventIds] : [...subscriptionIds];
}

function isTogether({ lastAt }: Attempt, at: number | null, longest: number): boolean {
  return lastAt === null || at === null || Math.abs(at - lastAt) <= longest;
}

/** Another event, or a second answer to the same event, is another delivery. */
function agrees(attempt: Attempt, entry: LogEntry, verdict: Verdict, isRequest: boolean): boolean {
  const shares = (known: ReadonlySet<string>, names: readonly string[]): boolean =>
    known.size === 0 || names.length === 0 || names.some((name) => known.has(name));
  if (!shares(attempt.eventIds, entry.eventIds)) return false;
  if (attempt.eventIds.size === 0 && !shares(attempt.eventTypes, entry.eventTypes)) return false;
  return isRequest || attempt.status === null || verdict.status === null || attempt.status === verdict.status;
}

function grow(attempt: Growing, entry: LogEntry, at: number | null, verdict: Verdict): void {
  if (at !== null) {
    attempt.firstAt = Math.min(attempt.firstAt ?? at, at);
    attempt.lastAt = Math.max(attempt.lastAt ?? at, at);
  }
  for (const [names, set] of [
    [entry.eventIds, attempt.eventIds],
    [entry.eventTypes, attempt.eventTypes],
    [entry.subscriptionIds, attempt.subscriptionIds],
  ] as const)
    for (const name of names) if (!set.has(name) && set.size < MOST_NAMES) set.add(copyOf(name));
  attempt.isRequest &&= entry.isRequest && entry.eventIds.length === 0;
  attempt.ignored ||= verdict.ignored;
  if (verdict.status !== null) attempt.status = verdict.status;
  if (verdict.kind === "failed") {
    attempt.reason = worseReason(attempt.reason, verdict.reason);
    attempt.outcome = "failed";
  } else if (verdict.kind === "processed" || (verdict.kind === "answered" && attempt.outcome !== "failed")) {
    // A 2xx after an error of the same delivery is an application that swallowed the error: only its own word clears it.
    attempt.outcome = "delivered";
    attempt.reason = null;
  }
}

/** `400` and `signature`, told by two entries, are one reason. */
function worseReason(known: string | null, reason: string | null): string | null {
  if (known === null || reason === null || known === reason) return known ?? reason;
  const [status] = [known, reason].filter((text) => /^\d{3}$/.test(text));
  const [kind] = [known, reason].filter((text) => /^[a-z]+$/.test(text) && text !== "error");
  if (status !== undefined && kind !== undefined) return `${status} ${kind}`;
  return known === "error" || (reason.includes(" ") && !known.includes(" ")) ? reason : known;
}

/** A text of its own: a part of a longer one would keep all of that in memory. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}
