import { type LogTime, readLogTime } from "./log-time";

/** The raw text of an entry that may be about a webhook. */
export interface FoundEntry {
  readonly text: string;
  /** The time of the nearest entry above that states one; null when none near does. */
  timeAbove(): LogTime | null;
}

/** What there was in a log beside the entries that were found. */
export interface LogTally {
  /** Lines of which only the beginning was read, being too long. */
  cutLines: number;
}

/**
 * What any entry about a webhook has in it. One pass with this costs a second a gigabyte or two; only what it hits is read closely.
 * `Completed` and `timed out` end requests that began with a line that names a webhook.
 */
const NEEDLE =
  /evt_|hook|stripe[\w/-]*\/event|customer\.[a-z]|invoice\.[a-z]|subscription_schedule\.|checkout\.session|payment_intent\.|ignature|Completed [1-5]|timed out/gi;
/** A line that continues the one above: a stack trace, or an object written over several lines. */
const CONTINUES =
  /^(?:[ \t]+(?!\{"|\[?"?\d{4}-\d\d)|[}\])]|#\d+ |at |Caused by|Traceback|\.{3} \d|\[stacktrace\]|"\}|---)/;
/** The last line of a Python traceback. */
const RAISED = /^[A-Za-z_][\w.]*(?:Error|Exception|Warning)\b/;

/** The longest line and the longest entry that is read, in bytes. */
export const LONGEST = 1_048_576;
const MOST_LINES = 200;
/** How far up the time of an entry without one is looked for, in lines. */
const LINES_UP = 50;
const NEWLINE = 10;

/**
 * Finds the entries of a log that may be about webhooks, each a line with the lines that continue it, in one pass with flat memory.
 *
 * @param latest - milliseconds; no entry is later
 */
export async function* findEntries(
  chunks: AsyncIterable<Buffer>,
  latest: number,
  tally: LogTally,
): AsyncGenerator<FoundEntry, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let above: LogTime | null = null;
  let isSkipping = false;
  const scan = (part: Buffer): FoundEntry[] => {
    const timeAt = timesAbove(part, latest, above);
    above = timesAbove(part, latest, above)(part.length);
    return entriesIn(part, timeAt);
  };
  for await (const chunk of chunks) {
    let fresh = chunk;
    if (isSkipping) {
      const end = chunk.indexOf(NEWLINE);
      if (end < 0) continue;
      isSkipping = false;
      fresh = chunk.subarray(end + 1);
    }
    const all = rest.length === 0 ? fresh : Buffer.concat([rest, fresh]);
    const cut = lastEntryStart(all);
    if (cut > 0) yield* scan(all.subarray(0, cut));
    rest = all.subarray(cut);
    if (rest.length <= LONGEST) continue;
    isSkipping = rest.indexOf(NEWLINE) < 0;
    if (isSkipping) tally.cutLines++;
    yield* scan(isSkipping ? rest.subarray(0, LONGEST) : rest);
    rest = Buffer.alloc(0);
  }
  yield* scan(rest);
}

/** Where the last entry begins that may go on in the next chunk. */
function lastEntryStart(bytes: Buffer): number {
  let start = bytes.lastIndexOf(NEWLINE) + 1;
  for (let lines = 0; start > 0 && lines < MOST_LINES; lines++) {
    start = start < 2 ? 0 : bytes.lastIndexOf(NEWLINE, start - 2) + 1;
    if (!continuesAt(bytes, start)) break;
  }
  return start;
}

function entriesIn(bytes: Buffer, timeAt: (start: number) => LogTime | null): FoundEntry[] {
  const text = bytes.toString("latin1");
  const found: FoundEntry[] = [];
  NEEDLE.lastIndex = 0;
  for (let hit = NEEDLE.exec(text); hit !== null; hit = NEEDLE.exec(text)) {
    const start = entryStart(bytes, hit.index);
    const end = entryEnd(bytes, hit.index);
    found.push({
      text: bytes.toString("utf8", start, Math.min(end, start + LONGEST)),
      timeAbove: () => timeAt(start),
    });
    NEEDLE.lastIndex = end;
  }
  return found;
}

function lineStart(bytes: Buffer, at: number): number {
  return at === 0 ? 0 : bytes.lastIndexOf(NEWLINE, at - 1) + 1;
}

function continuesAt(bytes: Buffer, start: number): boolean {
  return CONTINUES.test(bytes.toString("latin1", start, start + 40));
}

function belongsAbove(bytes: Buffer, start: number): boolean {
  if (continuesAt(bytes, start)) return true;
  if (start === 0 || !RAISED.test(bytes.toString("latin1", start, start + 200))) return false;
  return continuesAt(bytes, lineStart(bytes, start - 1));
}

function entryStart(bytes: Buffer, at: number): number {
  let start = lineStart(bytes, at);
  for (let lines = 0; start > 0 && lines < MOST_LINES && at - start < LONGEST; lines++) {
    if (!belongsAbove(bytes, start)) break;
    start = lineStart(bytes, start - 1);
  }
  return start;
}

function entryEnd(bytes: Buffer, at: number): number {
  let end = bytes.indexOf(NEWLINE, at);
  for (let lines = 0; end >= 0 && end + 1 < bytes.length && lines < MOST_LINES; lines++) {
    if (!belongsAbove(bytes, end + 1)) break;
    end = bytes.indexOf(NEWLINE, end + 1);
  }
  return end < 0 ? bytes.length : end;
}

/**
 * Tells the time of the nearest line above a place that states one, not too far up; `above` where none does. Asked place by place
 * downwards, it looks at no line twice.
 */
function timesAbove(bytes: Buffer, latest: number, above: LogTime | null): (place: number) => LogTime | null {
  let known = { place: 0, time: above };
  return (place) => {
    let time: LogTime | null = null;
    let start = place;
    for (let lines = 0; time === null && start > known.place && lines < LINES_UP; lines++) {
      const end = start - 1;
      start = lineStart(bytes, end);
      time = lineTime(bytes.toString("utf8", start, Math.min(end, start + 400)), latest);
    }
    known = { place, time: time ?? known.time };
    return known.time;
  };
}

function lineTime(line: string, latest: number): LogTime | null {
  const inJson = /"(?:time|timestamp|@timestamp|ts)":\s*("[^"]{10,40}"|\d{10,19})/.exec(line);
  return readLogTime(inJson?.[1]?.replaceAll('"', "") ?? line, latest);
}
