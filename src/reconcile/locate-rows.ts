import { createReadStream } from "node:fs";
import { parse } from "csv-parse";
import { KEPT_TEXT, type RejectedRow } from "../sources/split-json";

/** Where to look for rows of a CSV: by an id, or for those that have none. */
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

/**
 * Finds rows of a CSV again, with the line they begin in. Slow, so only for the few rows that were set aside after DuckDB
 * had read them without their place.
 */
export async function locateRows(sought: Sought): Promise<(RejectedRow & { id?: string })[]> {
  const found: (RejectedRow & { id?: string })[] = [];
  const parser = createReadStream(sought.path).pipe(
    parse({
      delimiter: sought.delimiter,
      bom: true,
      info: true,
      raw: true,
      from: 2,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    }),
  );
  for await (const { record, raw, info } of parser as AsyncIterable<{
    record: string[];
    raw: string;
    info: { lines: number };
  }>) {
    const id = (record[sought.idIndex] ?? "").trim();
    if (sought.ids === null ? id !== "" : !sought.ids.has(id)) continue;
    const text = raw.replace(/\r?\n$/, "");
    const line = info.lines - (text.split("\n").length - 1);
    found.push({ line, reason: sought.reason, text: text.slice(0, KEPT_TEXT), ...(id === "" ? {} : { id }) });
    if (found.length >= sought.atMost) break;
  }
  return found;
}
