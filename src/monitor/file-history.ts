import { createReadStream } from "node:fs";
import { mkdir, open, rename, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { z } from "zod";
import { ReconError } from "../recon-error";
import { isoSeconds } from "../reconcile/summarize";
import { type HistoryEvent, historyEventSchema } from "./history-event";
import { type RunHistory, type RunQuery, selectRuns } from "./run-history";
import { type RunRecord, runRecordSchema } from "./run-record";

/** Only its owner may read it: it names subscriptions and tenants. */
const MODE = 0o600;
/** A writer takes a moment; one that died is not waited for longer. Milliseconds. */
const LOCK = { stale: 10_000, realpath: false, retries: { retries: 60, minTimeout: 50, maxTimeout: 500 } };

/**
 * A history in a file, a JSON document a line. What was added is on the disk; a line that a crash cut off is passed over.
 *
 * @param path - such as `reports/history.ndjson`; made, with its folder, when the first line is added
 */
export function fileHistory(path: string): RunHistory {
  return {
    place: path,
    append: async (record) => locked(path, () => addLine(path, record)),
    read: async (query = {}) => readRuns(path, query),
    addEvent: async (event) => locked(path, () => addLine(path, event)),
    events: async () => {
      const events: HistoryEvent[] = [];
      for await (const line of linesOf(path)) if (line.kind === "event") events.push(line.event);
      return events;
    },
    prune: async (before, who) => locked(path, () => prune(path, before, who)),
    close: async () => undefined,
  };
}

async function readRuns(path: string, query: RunQuery): Promise<RunRecord[]> {
  let runs: RunRecord[] = [];
  for await (const line of linesOf(path)) {
    if (line.kind === "run") runs.push(...selectRuns([line.run], { ...query, newest: undefined }));
    // A file of years is not held in memory for the sake of a few.
    if (query.newest !== undefined && runs.length > 2 * query.newest + 100) runs = selectRuns(runs, query);
  }
  return selectRuns(runs, query);
}

type Line =
  | { readonly kind: "run"; readonly run: RunRecord; readonly text: string }
  | { readonly kind: "event"; readonly event: HistoryEvent; readonly text: string };

async function* linesOf(path: string): AsyncGenerator<Line> {
  if ((await stat(path).catch(() => null)) === null) return;
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    const value = parsed(text);
    if (value === null) continue;
    const refuse = (issue: z.core.$ZodIssue | undefined): ReconError =>
      new ReconError(
        "bad_history",
        `${path}, line ${number}: ${issue?.path.join(".")}: ${issue?.message}. The line was changed, or another version wrote it.`,
      );
    if ("event" in value) {
      const event = historyEventSchema.safeParse(value);
      if (event.success === false) throw refuse(event.error.issues[0]);
      yield { kind: "event", event: event.data, text };
    } else {
      const run = runRecordSchema.safeParse(value);
      if (run.success === false) throw refuse(run.error.issues[0]);
      yield { kind: "run", run: run.data, text };
    }
  }
}

/** Null for a line that is no document: a crash cut it off. */
function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

async function addLine(path: string, value: object): Promise<void> {
  const file = await open(path, "a+", MODE);
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    // Behind a line that was cut off, the new one begins on its own.
    const start = size > 0 && last.toString() !== "\n" ? "\n" : "";
    await file.appendFile(`${start}${JSON.stringify(value)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function prune(path: string, before: Date, who: string): Promise<number> {
  const kept: string[] = [];
  let runs = 0;
  for await (const line of linesOf(path)) {
    if (line.kind === "run" && Date.parse(line.run.started_at) < before.getTime()) runs++;
    else kept.push(`${line.text}\n`);
  }
  if (runs === 0) return 0;
  const event: HistoryEvent = {
    event: "pruned",
    at: isoSeconds(new Date()),
    who,
    before: isoSeconds(before),
    runs,
  };
  const rest = `${path}.partial`;
  await writeFile(rest, [...kept, `${JSON.stringify(event)}\n`].join(""), { mode: MODE, flush: true });
  await rename(rest, path);
  return runs;
}

/** One writer at a time, on whatever machine: a line that is added while the file is pruned would be lost. */
async function locked<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  await mkdir(dirname(path), { recursive: true });
  const { lock } = await import("proper-lockfile");
  const release = await lock(path, LOCK);
  return work().finally(release);
}
