import { closeSync, openSync, readSync } from "node:fs";
import { ReconError } from "../recon-error";
import type { OpenedFile } from "./open-file";
import { KEPT_TEXT, type RejectedRow, refuseMostRejected } from "./split-json";
import { type CsvRecord, walkCsv } from "./walk-csv";

/** What the bytes of a CSV export show before its cells are read. */
export interface CsvCheck {
  /** Rows below the header, rejected ones included. Blank lines are no rows. */
  readonly rows: number;
  /** A cell holds a line end. DuckDB may then cut the file in the wrong place when several threads read it. */
  readonly multiline: boolean;
  /** The rows that cannot be cut into the cells of the header, whole as far as they are short. */
  readonly rejected: readonly RejectedRow[];
}

/** The largest row that is read, in bytes. Stripe's metadata are at most 27 kB. DuckDB loses rows longer than its buffer without a word. */
const LARGEST_ROW = 2_000_000;

/** UTF-8 takes four bytes a character at most. */
const KEPT_BYTES = KEPT_TEXT * 4;

const CHECKS = new WeakMap<OpenedFile, CsvCheck>();

/**
 * Looks at every byte of a CSV export once; asked again, it gives the same result. Takes as long as DuckDB takes to read the file, so
 * it is done only when the rows DuckDB read are not plainly the lines of the file.
 *
 * @throws ReconError when the lines do not end alike or nearly all rows are rejected, naming the line.
 */
export function checkCsv(file: OpenedFile, delimiter: string): CsvCheck {
  const known = CHECKS.get(file);
  if (known !== undefined) return known;
  const check = examine(file, delimiter);
  CHECKS.set(file, check);
  return check;
}

function examine(file: OpenedFile, delimiter: string): CsvCheck {
  const rejected: RejectedRow[] = [];
  const handle = openSync(file.textPath, "r");
  const size = file.textBytes;
  let rows = -1;
  let width = 0;
  let multiline = false;
  try {
    walkCsv(file.textPath, delimiter, (record) => {
      if (record.flaw === "line end") throw lineEndError(file.path, record);
      multiline ||= record.multiline;
      rows++;
      if (rows === 0) {
        width = record.cells;
        return true;
      }
      const reason = whyRejected(record, width, size);
      if (reason !== null) {
        rejected.push({ line: record.line, reason, text: readText(handle, record) });
        refuseMostRejected(file.path, rejected, rows - rejected.length);
      }
      return true;
    });
  } finally {
    closeSync(handle);
  }
  return { rows: Math.max(0, rows), multiline, rejected };
}

function whyRejected(record: CsvRecord, width: number, size: number): string | null {
  if (record.flaw === "open quote") return "a quote is not closed";
  if (record.length > LARGEST_ROW) return "longer than 2 MB";
  if (record.flaw === "text after quote") return "text after a closing quote";
  if (record.filled > width) return "too many cells";
  if (record.cells >= width) return null;
  return record.offset + record.length === size ? "the file ends in the middle of this row" : "too few cells";
}

/** The start of a record as text. */
export function readText(handle: number, { offset, length }: CsvRecord): string {
  const bytes = Buffer.alloc(Math.min(length, KEPT_BYTES));
  const size = readSync(handle, bytes, 0, bytes.length, offset);
  return bytes.toString("utf8", 0, size).slice(0, KEPT_TEXT);
}

/** Refuses a header with a flaw, for which the rows below it would be blamed. */
export function refuseBrokenHeader(file: OpenedFile, delimiter: string): void {
  walkCsv(file.textPath, delimiter, (record) => {
    if (record.flaw === "line end") throw lineEndError(file.path, record);
    if (record.flaw !== null || record.length > LARGEST_ROW) {
      throw new ReconError(
        "no_header",
        `${file.path}, line ${record.line}: the header cannot be read (${record.flaw ?? "longer than 2 MB"}). Expected column names, with every " closed. Export again.`,
      );
    }
    return false;
  });
}

function lineEndError(path: string, { line }: CsvRecord): ReconError {
  return new ReconError(
    "line_ends",
    `${path}, line ${line}: the row that begins here holds another line end than the header has (LF and CR LF mixed, or CR alone). Save it with LF everywhere, for instance with dos2unix, and run again.`,
  );
}
