import type { Readable } from "node:stream";
import { isoTime } from "../iso-time";
import type { Attempt } from "./attempt";
import { Attempts } from "./attempt";
import { FailureTimeline } from "./failure-windows";
import { findEntries } from "./find-entries";
import { judgeEntry } from "./judge-entry";
import { type OpenLog, openLog } from "./open-log";
import { parseEntry } from "./parse-entry";
import { SubscriptionEvents } from "./subscription-events";
import { isJsonDocument, unwrapJson } from "./unwrap-json";
import type { WebhookHistory } from "./webhook-history";

/** What reading a log takes from its surroundings. */
export interface LogSurroundings {
  readonly stdin: Readable;
  /** The clock, milliseconds: a date without a year is no later. */
  readonly now: () => number;
  /** Told what is being done, in a few words. */
  readonly onProgress?: ((step: string) => void) | undefined;
}

const PROGRESS_BYTES = 268_435_456;
/** Kinds of failure, and types of ignored events, that are told apart. */
const MOST_KINDS = 500;

/** Reads logs one after another and adds up what they tell of webhooks, in flat memory. */
export class LogReading {
  readonly events: SubscriptionEvents;
  readonly timeline = new FailureTimeline();
  readonly logs: WebhookHistory["logs"] = [];
  readonly entries = { webhooks: 0, named: 0, untimed: 0, without_zone: 0, cut: 0 };
  readonly deliveries = { failed: 0, total: 0 };
  readonly failures = new Map<string, { reason: string; type: string | null; count: number }>();
  readonly ignored = new Map<string | null, number>();
  private readonly attempts = new Attempts((attempt) => this.count(attempt));

  constructor(
    ids: Iterable<string>,
    private readonly surroundings: LogSurroundings,
  ) {
    this.events = new SubscriptionEvents(ids);
  }

  /**
   * Reads one log.
   *
   * @returns whether there was anything in it
   * @throws ReconError naming the log (and the line) at fault
   */
  async read(path: string): Promise<boolean> {
    const log = await openLog(path, this.surroundings.stdin);
    const first = await log.chunks.next();
    const lines = first.done === true ? none() : asLines(path, this.withProgress(log, first.value), first.value);
    await this.readLines(log, lines);
    return first.done !== true;
  }

  /** Closes what is still open after the last log. */
  end(): void {
    this.attempts.end();
  }

  private async readLines(log: OpenLog, lines: AsyncIterable<Buffer>): Promise<void> {
    const latest = log.modifiedAt ?? this.surroundings.now();
    const tally = { cutLines: 0 };
    let [count, from, to] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for await (const found of findEntries(lines, latest, tally)) {
      const entry = parseEntry(found.text, latest);
      if (entry === null) continue;
      const at = (entry.time ?? found.timeAbove())?.at ?? null;
      if (!this.attempts.add(entry, at, judgeEntry(entry))) continue;
      count++;
      if (entry.subscriptionIds.length > 0) this.entries.named++;
      if (entry.time === null) this.entries.untimed++;
      else if (!entry.time.zoned) this.entries.without_zone++;
      if (at !== null) [from, to] = [Math.min(from, at), Math.max(to, at)];
    }
    this.entries.webhooks += count;
    this.entries.cut += tally.cutLines;
    const isTimed = from <= to;
    this.logs.push({
      path: log.path,
      bytes: log.bytes,
      entries: count,
      first_at: isTimed ? isoTime(from) : null,
      last_at: isTimed ? isoTime(to) : null,
    });
  }

  private count(attempt: Attempt): void {
    this.events.add(attempt);
    this.timeline.add(attempt);
    this.deliveries.total++;
    const [type = null] = attempt.eventTypes;
    if (attempt.ignored && this.ignored.size < MOST_KINDS) this.ignored.set(type, (this.ignored.get(type) ?? 0) + 1);
    if (attempt.outcome !== "failed") return;
    this.deliveries.failed++;
    const key = `${attempt.reason} ${type}`;
    const known = this.failures.get(key);
    if (known !== undefined) known.count++;
    else if (this.failures.size < MOST_KINDS)
      this.failures.set(key, { reason: attempt.reason ?? "error", type, count: 1 });
  }

  private async *withProgress(log: OpenLog, first: Buffer): AsyncGenerator<Buffer, void, undefined> {
    const { onProgress } = this.surroundings;
    const name = log.path === "-" ? "the standard input" : log.path;
    onProgress?.(`Reading ${name}`);
    yield first;
    let [bytes, told] = [first.length, 0];
    for await (const chunk of log.chunks) {
      yield chunk;
      bytes += chunk.length;
      if (bytes - told < PROGRESS_BYTES) continue;
      told = bytes;
      onProgress?.(`Reading ${name}: ${Math.round(bytes / 1e6).toLocaleString("en")} MB of text`);
    }
  }
}

async function* none(): AsyncGenerator<Buffer, void, undefined> {}

/** The log as lines, whether it is of lines or a JSON document. */
function asLines(path: string, chunks: AsyncIterable<Buffer>, first: Buffer): AsyncIterable<Buffer> {
  return isJsonDocument(first) ? unwrapJson(path, chunks) : chunks;
}
