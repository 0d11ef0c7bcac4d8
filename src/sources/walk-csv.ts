import { closeSync, openSync, readSync } from "node:fs";

/** What keeps a record of a CSV from being read. */
export type CsvFlaw = "open quote" | "text after quote" | "line end";

/** One record of a CSV, the header included. The walk reuses the object: take what you need of it. */
export interface CsvRecord {
  /** Line the record begins in, from 1. */
  line: number;
  /** Where it begins, in bytes from the start of the file. */
  offset: number;
  /** Its length in bytes without the line end. */
  length: number;
  cells: number;
  /** How many cells there are without the empty ones at its end. */
  filled: number;
  /** Whether a cell of it holds a line end. */
  multiline: boolean;
  flaw: CsvFlaw | null;
}

const CHUNK_BYTES = 131_072;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;

const CELL_START = 0;
const SPACE_BEFORE = 1;
const PLAIN = 2;
const QUOTED = 3;
const AFTER_QUOTE = 4;
const AFTER_SPACE = 5;

/**
 * Walks over the records of a CSV byte by byte, as RFC 4180 and DuckDB have them: cells may be quoted, with one space before
 * the quote and any after it, a quote inside is doubled, and a quoted cell may hold line ends. The first line end of the file
 * is the right one; another one outside of quotes is a flaw. Blank lines are no records.
 *
 * @param visit stops the walk by returning false.
 */
export function walkCsv(path: string, delimiter: string, visit: (record: CsvRecord) => boolean): void {
  const file = openSync(path, "r");
  try {
    walk(file, delimiter.charCodeAt(0), visit);
  } finally {
    closeSync(file);
  }
}

/** All of the state is in local variables, and long stretches of plain bytes in loops of their own: a file has 10^8 bytes. */
function walk(file: number, delimiter: number, visit: (record: CsvRecord) => boolean): void {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const isPlain = plainBytes(delimiter);
  const record: CsvRecord = { line: 1, offset: 0, length: 0, cells: 1, filled: 0, multiline: false, flaw: null };
  let [state, line, cells, filled, base, start, startLine] = [CELL_START, 1, 1, 0, 0, 0, 1];
  let multiline = false;
  let flaw: CsvFlaw | null = null;
  let crlf: boolean | null = null;
  let afterReturn = false;
  const size0 = 0;
  for (let size = readSync(file, chunk); size > size0; base += size, size = readSync(file, chunk)) {
    let i = 0;
    if (base === 0 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) start = i = 3;
    for (; i < size; i++) {
      let byte = chunk[i] as number;
      if (state === QUOTED) {
        const from = i;
        while (byte !== QUOTE && byte !== NEWLINE && byte !== RETURN && ++i < size) byte = chunk[i] as number;
        if (i > from) filled = cells;
        if (i === size) break;
        if (byte === QUOTE) state = AFTER_QUOTE;
        else {
          filled = cells;
          multiline = true;
          if (byte === NEWLINE) line++;
        }
        continue;
      }
      if (afterReturn && byte !== NEWLINE) flaw ??= "line end";
      if (isPlain[byte] === 1) {
        afterReturn = false;
        if (state >= AFTER_QUOTE) flaw ??= "text after quote";
        state = PLAIN;
        filled = cells;
        while (i + 1 < size && isPlain[chunk[i + 1] as number] === 1) i++;
      } else if (byte === NEWLINE) {
        crlf ??= afterReturn;
        if (crlf !== afterReturn) flaw ??= "line end";
        const end = base + i - (crlf && afterReturn ? 1 : 0);
        if (end > start) {
          record.line = startLine;
          record.offset = start;
          record.length = end - start;
          record.cells = cells;
          record.filled = filled;
          record.multiline = multiline;
          record.flaw = flaw;
          if (!visit(record)) return;
        }
        line++;
        start = base + i + 1;
        startLine = line;
        state = CELL_START;
        cells = 1;
        filled = 0;
        multiline = false;
        flaw = null;
        afterReturn = false;
      } else if (byte === RETURN) {
        afterReturn = true;
      } else {
        afterReturn = false;
        if (byte === delimiter) {
          state = CELL_START;
          cells++;
        } else if (byte === QUOTE) {
          if (state === PLAIN || state >= AFTER_QUOTE) filled = cells;
          if (state !== PLAIN) state = QUOTED;
        } else {
          if (state < AFTER_QUOTE) filled = cells;
          state = state >= AFTER_QUOTE ? AFTER_SPACE : state === CELL_START ? SPACE_BEFORE : PLAIN;
        }
      }
    }
  }
  const end = base - (afterReturn ? 1 : 0);
  if (end <= start) return;
  const last = state === QUOTED ? "open quote" : flaw;
  visit({ line: startLine, offset: start, length: end - start, cells, filled, multiline, flaw: last });
}

/** 1 for each byte that is nothing but text, wherever it stands. */
function plainBytes(delimiter: number): Uint8Array {
  const plain = new Uint8Array(256).fill(1);
  for (const special of [delimiter, NEWLINE, RETURN, SPACE, QUOTE]) plain[special] = 0;
  return plain;
}
