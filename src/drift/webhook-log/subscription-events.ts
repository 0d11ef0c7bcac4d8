import type { FailedEvent } from "../../sources/stripe-api/list-failed-events";
import { isoTime } from "../iso-time";
import type { Attempt } from "./attempt";
import type { WebhookEvent } from "./webhook-history";

/** The deliveries of one event. */
interface Deliveries {
  readonly id: string | null;
  type: string | null;
  /** In order of time; the earliest successes give way when there are many. */
  readonly attempts: Attempt[];
  count: number;
}

/** Stripe tries an event some sixteen times; more deliveries than this are a loop. */
const MOST_ATTEMPTS = 30;
/** Events of one subscription that are kept whole. */
const MOST_EVENTS = 200;
/** Deliveries whose subscription is not known yet. */
const MOST_WAITING = 50_000;

/** The events of the affected subscriptions, as deliveries tell of them. */
export class SubscriptionEvents {
  private readonly byId: ReadonlyMap<string, Map<string, Deliveries>>;
  private readonly leftOut = new Map<string, number>();
  /** Which subscriptions an event is about, so that a line that names the event alone counts for them. */
  private readonly subscriptionsOf = new Map<string, Set<string>>();
  private readonly waiting = new Map<string, Attempt[]>();

  constructor(ids: Iterable<string>) {
    this.byId = new Map([...ids].map((id) => [id, new Map()]));
  }

  add(attempt: Attempt): void {
    const affected = [...attempt.subscriptionIds].filter((id) => this.byId.has(id));
    if (attempt.eventIds.size === 0) {
      for (const id of affected) this.addUnnamed(id, attempt);
      return;
    }
    for (const event of attempt.eventIds) {
      const known = this.subscriptionsOf.get(event);
      for (const id of affected) if (known?.has(id) !== true) this.link(event, id);
      const subscriptions = this.subscriptionsOf.get(event);
      if (subscriptions === undefined) this.wait(event, attempt);
      else for (const id of subscriptions) this.addNamed(id, event, attempt);
    }
  }

  /** An event Stripe could not deliver fails those of the subscription it is about, unless the log shows that it arrived after all. */
  addUndelivered(event: FailedEvent): boolean {
    const id = subscriptionOf(event);
    const events = id === null ? undefined : this.byId.get(id);
    if (events === undefined || events.has(event.id)) return events !== undefined;
    const at = event.created * 1000;
    events.set(event.id, { id: event.id, type: event.type, attempts: [undelivered(event, at)], count: 0 });
    return true;
  }

  /** The events of a subscription in order of time, and how many more there were. */
  of(id: string): { readonly events: WebhookEvent[]; readonly leftOut: number } {
    const events = [...(this.byId.get(id)?.values() ?? [])].map(eventOf);
    const order = (a: WebhookEvent, b: WebhookEvent): number =>
      compare(a.first_at ?? "", b.first_at ?? "") ||
      compare(a.id ?? "", b.id ?? "") ||
      compare(a.type ?? "", b.type ?? "");
    return { events: events.sort(order), leftOut: this.leftOut.get(id) ?? 0 };
  }

  private link(event: string, id: string): void {
    const known = this.subscriptionsOf.get(event);
    if (known === undefined) this.subscriptionsOf.set(event, new Set([id]));
    else known.add(id);
    for (const earlier of this.waiting.get(event) ?? []) this.addNamed(id, event, earlier);
    this.waiting.delete(event);
  }

  private wait(event: string, attempt: Attempt): void {
    const earlier = this.waiting.get(event) ?? [];
    this.waiting.delete(event);
    this.waiting.set(event, [...earlier, attempt].slice(-MOST_ATTEMPTS));
    if (this.waiting.size <= MOST_WAITING) return;
    for (const oldest of this.waiting.keys()) {
      this.waiting.delete(oldest);
      break;
    }
  }

  private addNamed(id: string, event: string, attempt: Attempt): void {
    this.record(id, event, { id: event, type: null, attempts: [], count: 0 }, attempt);
  }

  /** Without an event's id, a delivery after a failed one of the same type is taken as the same event again. */
  private addUnnamed(id: string, attempt: Attempt): void {
    const [type = null] = attempt.eventTypes;
    const events = this.byId.get(id) as Map<string, Deliveries>;
    for (let number = 1; ; number++) {
      const key = `${type ?? ""} ${number}`;
      const known = events.get(key);
      if (known !== undefined && outcomeOf(known) !== "failed" && number < MOST_EVENTS) continue;
      this.record(id, key, { id: null, type, attempts: [], count: 0 }, attempt);
      return;
    }
  }

  private record(id: string, key: string, fresh: Deliveries, attempt: Attempt): void {
    const events = this.byId.get(id) as Map<string, Deliveries>;
    const deliveries = events.get(key) ?? fresh;
    events.set(key, deliveries);
    const [type = null] = attempt.eventTypes;
    deliveries.type ??= type;
    deliveries.count++;
    deliveries.attempts.push(attempt);
    deliveries.attempts.sort(byTime);
    if (deliveries.attempts.length > MOST_ATTEMPTS) deliveries.attempts.shift();
    if (events.size <= MOST_EVENTS) return;
    const dispensable = [...events].find(([, one]) => one !== deliveries && outcomeOf(one) !== "failed");
    events.delete(dispensable?.[0] ?? (events.keys().next().value as string));
    this.leftOut.set(id, (this.leftOut.get(id) ?? 0) + 1);
  }
}

/** The outcome of the last delivery. */
function outcomeOf({ attempts }: Deliveries): Attempt["outcome"] {
  return attempts.at(-1)?.outcome ?? "arrived";
}

function byTime(a: Attempt, b: Attempt): number {
  const [first, second] = [a.lastAt ?? 0, b.lastAt ?? 0];
  return first === second ? a.order - b.order : first - second;
}

function eventOf(deliveries: Deliveries): WebhookEvent {
  const { id, type, attempts, count } = deliveries;
  const failed = attempts.filter(({ outcome }) => outcome === "failed");
  const state = outcomeOf(deliveries) === "failed" ? "failed" : "delivered";
  const times = attempts.flatMap(({ firstAt, lastAt }) =>
    firstAt === null || lastAt === null ? [] : [firstAt, lastAt],
  );
  const statuses = new Set(attempts.flatMap(({ status }) => (status === null ? [] : [status])));
  return {
    id,
    type,
    state,
    late: state === "delivered" && failed.length > 0,
    ignored: attempts.some((attempt) => attempt.ignored),
    first_at: times.length === 0 ? null : isoTime(Math.min(...times)),
    last_at: times.length === 0 ? null : isoTime(Math.max(...times)),
    deliveries: count,
    statuses: [...statuses].sort((a, b) => a - b),
    reasons: byFrequency(failed.map(({ reason }) => reason ?? "error")),
    source: count === 0 ? "stripe" : "log",
  };
}

function byFrequency(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([a, more], [b, less]) => less - more || compare(a, b)).map(([word]) => word);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The subscription an event is about: itself, or that of an invoice. */
function subscriptionOf({ data: { object } }: FailedEvent): string | null {
  if (object.id.startsWith("sub_")) return object.id;
  const invoice = object as {
    readonly subscription?: unknown;
    readonly parent?: { readonly subscription_details?: { readonly subscription?: unknown } | null } | null;
  };
  const id = invoice.subscription ?? invoice.parent?.subscription_details?.subscription;
  return typeof id === "string" ? id : null;
}

function undelivered({ id, type }: FailedEvent, at: number): Attempt {
  return {
    order: 0,
    firstAt: at,
    lastAt: at,
    outcome: "failed",
    status: null,
    reason: "undelivered",
    ignored: false,
    eventIds: new Set([id]),
    eventTypes: new Set([type]),
    subscriptionIds: new Set(),
    isRequest: false,
  };
}
