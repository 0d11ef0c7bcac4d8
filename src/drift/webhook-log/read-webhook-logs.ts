import { mkdir, realpath, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ReconError } from "../../recon-error";
import type { FailedEvent } from "../../sources/stripe-api/list-failed-events";
import { isoTime } from "../iso-time";
import { type AffectedIds, readAffectedIds } from "./affected-ids";
import { LogReading, type LogSurroundings } from "./log-reading";
import { logWarnings } from "./log-warnings";
import { nextStep } from "./next-step";
import type { SubscriptionEvents } from "./subscription-events";
import { type SubscriptionWebhooks, type WebhookHistory, webhookHistorySchema } from "./webhook-history";

/** What to read, and where the result goes. */
export interface WebhookOptions extends LogSurroundings {
  /** Log files, in any order; `-` is the standard input. */
  readonly logs: readonly string[];
  /** A discrepancies.csv, the folder it is in, a findings.json, or a text with one id a line. */
  readonly subscriptions: string;
  /** Folder for webhooks.json; nothing is written when it is left out. */
  readonly out?: string | undefined;
  /** Events Stripe itself says it could not deliver, when it is to be asked. */
  readonly undelivered?: AsyncIterable<FailedEvent> | undefined;
}

/**
 * Reads logs for the webhooks of affected subscriptions (the runbook's Step 3), in one pass with flat memory, and finds when
 * webhooks failed. Writes `webhooks.json` when it is told where.
 *
 * @throws ReconError with one message that names the file (and the line) at fault
 */
export async function readWebhookLogs(options: WebhookOptions): Promise<WebhookHistory> {
  const affected = await readAffectedIds(options.subscriptions);
  const reading = new LogReading(affected.keys(), options);
  const warnings = await readAll(reading, options.logs);
  const undelivered = await addUndelivered(reading.events, options);
  const history = webhookHistorySchema.parse(describe(reading, affected, { options, warnings, undelivered }));
  if (options.out !== undefined) await save(options.out, history);
  return history;
}

async function readAll(reading: LogReading, paths: readonly string[]): Promise<WebhookHistory["warnings"]> {
  const warnings: WebhookHistory["warnings"] = [];
  const seen = new Set<string>();
  const empty: string[] = [];
  for (const path of paths) {
    const name = path === "-" ? "standard input" : path;
    const real = path === "-" ? path : await realpath(path).catch(() => path);
    if (seen.has(real)) warnings.push({ code: "given_twice", message: `${name}: given twice; it was read once.` });
    else if (!(await reading.read(path))) empty.push(name);
    seen.add(real);
  }
  reading.end();
  if (empty.length === seen.size)
    throw new ReconError(
      "empty_file",
      `${empty.join(", ")}: the log is empty. Check that it is the log of the application that receives the webhooks.`,
    );
  return [...warnings, ...empty.map((name) => ({ code: "empty_log", message: `${name}: the log is empty.` }))];
}

async function addUndelivered(
  events: SubscriptionEvents,
  { undelivered, onProgress }: WebhookOptions,
): Promise<WebhookHistory["stripe_undelivered"]> {
  if (undelivered === undefined) return null;
  onProgress?.("Asking Stripe for the events it could not deliver");
  const found = { events: 0, affected: 0 };
  for await (const event of undelivered) {
    found.events++;
    if (events.addUndelivered(event)) found.affected++;
  }
  return found;
}

interface Besides {
  readonly options: WebhookOptions;
  readonly warnings: WebhookHistory["warnings"];
  readonly undelivered: WebhookHistory["stripe_undelivered"];
}

function describe(reading: LogReading, affected: AffectedIds, { options, warnings, undelivered }: Besides) {
  const from = earliest(reading.logs.map(({ first_at }) => first_at));
  const to = latest(reading.logs.map(({ last_at }) => last_at));
  const subscriptions = [...affected].map(([id, changedAt]) =>
    describeOne(reading, id, isoOrNull(changedAt), from, to),
  );
  const { entries, deliveries, timeline } = reading;
  const history: Omit<WebhookHistory, "next_step"> = {
    schema_version: 1,
    logs: reading.logs,
    subscriptions_from: options.subscriptions,
    entries,
    from,
    to,
    deliveries,
    counts: countStates(subscriptions),
    windows: timeline.windows().map((window) => ({ ...window, ...isoBounds(window), reasons: [...window.reasons] })),
    silences: timeline.silences().map((silence) => ({ ...silence, ...isoBounds(silence) })),
    failures: mostFrequent([...reading.failures.values()]),
    ignored_types: mostFrequent([...reading.ignored].map(([type, count]) => ({ type, count }))),
    stripe_undelivered: undelivered,
    subscriptions,
    warnings: [...warnings, ...logWarnings(entries, affected.keys())],
  };
  return { ...history, next_step: nextStep(history) };
}

function describeOne(
  { events: all }: LogReading,
  id: string,
  changedAt: string | null,
  from: string | null,
  to: string | null,
): SubscriptionWebhooks {
  const { events, leftOut } = all.of(id);
  const hasFailed = events.some(({ state }) => state === "failed");
  return {
    id,
    state: events.length === 0 ? "never_seen" : hasFailed ? "failed" : "delivered",
    late: events.some(({ late }) => late),
    first_at: earliest(events.map(({ first_at }) => first_at)),
    last_at: latest(events.map(({ last_at }) => last_at)),
    changed_at: changedAt,
    log_covers_change: changedAt === null || from === null || to === null ? null : from <= changedAt && changedAt <= to,
    events,
    events_left_out: leftOut,
  };
}

function countStates(subscriptions: readonly SubscriptionWebhooks[]): WebhookHistory["counts"] {
  const counts = { delivered: 0, delivered_late: 0, failed: 0, never_seen: 0 };
  for (const { state, late } of subscriptions) {
    counts[state]++;
    if (state === "delivered" && late) counts.delivered_late++;
  }
  return counts;
}

async function save(directory: string, history: WebhookHistory): Promise<void> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, "webhooks.json");
  await writeFile(`${path}.partial`, `${JSON.stringify(history, null, 2)}\n`);
  await rename(`${path}.partial`, path);
}

function mostFrequent<T extends { readonly count: number }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => b.count - a.count);
}

function isoBounds({ from, to }: { readonly from: number; readonly to: number }): { from: string; to: string } {
  return { from: isoTime(from), to: isoTime(to) };
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}

/** ISO times of one length in UTC are in the order of their texts. */
function earliest(times: readonly (string | null)[]): string | null {
  return times.reduce((first, time) => (first === null || (time !== null && time < first) ? time : first), null);
}

function latest(times: readonly (string | null)[]): string | null {
  return times.reduce((last, time) => (last === null || (time !== null && time > last) ? time : last), null);
}
