import { closeSync, openSync, readSync } from "node:fs";
import { readText } from "../sources/check-csv";
import type { RejectedRow } from "../sources/split-json";
import { walkCsv } from "../sources/walk-csv";

/** Which rows of a CSV to look for, by one of these. */
export interface Sought {
  readonly path: string;
  readonly delimiter: string;
  readonly idIndex: number;
  /** Ids to find; null for the rows without one. */
  readonly ids: ReadonlySet<string> | null;
  readonly reason: string;
  /** Stop after so many. */
  readonly atMost: number;
}

/** The longest start of a row that is looked at for its id, in bytes. */
const LONGEST_START = 100_000;

/**
 * Finds rows of a CSV again, with the line they begin in. Slow, so only for the few rows that were set aside after DuckDB
 * had read them without their place.
 */
export function locateRows(sought: Sought): (RejectedRow & { readonly id?: string })[] {
  const found: (RejectedRow & { readonly id?: string })[] = [];
  const handle = openSync(sought.path, "r");
  const start = Buffer.alloc(LONGEST_START);
  let isHeader = true;
  try {
    walkCsv(sought.path, sought.delimiter, (record) => {
      if (isHeader) {
        isHeader = false;
        return true;
      }
      const size = readSync(handle, start, 0, Math.min(record.length, LONGEST_START), record.offset);
      const id = cellAt(start.toString("utf8", 0, size), sought.delimiter, sought.idIndex).trim();
      if (sought.ids === null ? id === "" : sought.ids.has(id)) {
        const text = readText(handle, record);
        found.push({ line: record.line, reason: sought.reason, text, ...(id === "" ? {} : { id }) });
      }
      return found.length < sought.atMost;
    });
  } finally {
    closeSync(handle);
  }
  return found;
}

/**
 * Finds rows of a CSV by where they begin, in bytes. A start may lie a little before its row, in a blank line.
 *
 * @param starts in ascending order
 */
export function locateStarts(
  path: string,
  delimiter: string,
  starts: readonly number[],
  reason: string,
): readonly RejectedRow[] {
  const found: RejectedRow[] = [];
  const handle = openSync(path, "r");
  let next = 0;
  try {
    walkCsv(path, delimiter, (record) => {
      const end = record.offset + record.length;
      if ((starts[next] as number) >= end) return true;
      found.push({ line: record.line, reason, text: readText(handle, record) });
      while (next < starts.length && (starts[next] as number) < end) next++;
      return next < starts.length;
    });
  } finally {
    closeSync(handle);
  }
  return found;
}

/** The text of one cell of a record. */
function cellAt(record: string, delimiter: string, index: number): string {
  let at = 0;
  for (let cell = 0; at <= record.length; cell++) {
    const quoted = /^ ?"((?:[^"]|"")*)"?/.exec(record.slice(at));
    const end = record.indexOf(delimiter, at + (quoted?.[0].length ?? 0));
    const stop = end < 0 ? record.length : end;
    if (cell === index) return quoted === null ? record.slice(at, stop) : (quoted[1] ?? "").replaceAll('""', '"');
    at = stop + 1;
  }
  return "";
}
