import { parse as parseForgiving } from "csv-parse/sync";
import { parse } from "papaparse";
import { ReconError } from "../recon-error";
import { refuseBrokenHeader } from "./check-csv";
import type { OpenedFile } from "./open-file";

/** The header of a CSV export and its first rows. */
export interface CsvHead {
  readonly delimiter: string;
  /** The header as exported; a name that stands twice is numbered from the second on. */
  readonly names: readonly string[];
  /** The first rows, each as long as the header. Ragged ones are left out. */
  readonly sample: readonly (readonly string[])[];
}

const DELIMITERS = [",", ";", "\t", "|"] as const;
const SAMPLE_ROWS = 500;
/** So many characters usually hold the sample. */
const USUAL_SAMPLE = 262_144;
/** So many characters hold any header. */
const LONGEST_HEADER = 200_000;
/** The first record, whatever the delimiter is: cells in quotes may hold line ends. */
const FIRST_RECORD = /^(?:[^"\r\n]|"(?:[^"]|"")*")*/;

/**
 * Reads the header and the first rows of a CSV export.
 *
 * @throws ReconError when there is no header line, naming the file and what was found.
 */
export function readCsvHead(file: OpenedFile): CsvHead {
  refuseWhatStandsBeforeHeader(file);
  const head = file.headIsAll ? file.head : file.head.slice(0, file.head.lastIndexOf("\n") + 1);
  const delimiter = bestDelimiter(head);
  const [header = [], ...rows] = firstRows(head, delimiter);
  const names = header.map((name) => name.trim());
  refuseMissingHeader(file.path, names);
  refuseBrokenHeader(file, delimiter);
  const sample = rows.filter((row) => row.length === names.length);
  return { delimiter, names: numberTwins(names), sample };
}

/** A blank line, or Excel's hint on the delimiter: DuckDB would take it for the header. */
function refuseWhatStandsBeforeHeader({ path, head }: OpenedFile): void {
  const first = /^[^\r\n]*/.exec(head)?.[0].trim() ?? "";
  if (first !== "" && !/^"?sep=/i.test(first)) return;
  throw new ReconError(
    "no_header",
    `${path}, line 1: expected column names, found ${first === "" ? "a blank line" : first}. Remove the lines above the header and run again.`,
  );
}

/** The header and the rows of the sample. They mostly stand in the first part, and the parser looks at all it is given. */
function firstRows(head: string, delimiter: string): string[][] {
  const start = head.slice(0, head.lastIndexOf("\n", USUAL_SAMPLE) + 1);
  const rows = parseRows(start, delimiter, SAMPLE_ROWS);
  return rows.length === SAMPLE_ROWS ? rows : parseRows(head, delimiter, SAMPLE_ROWS);
}

/** One parser is quick. Where a quote stands astray it would take what follows for a single cell; the other one loses that cell alone. */
function parseRows(text: string, delimiter: string, rows: number): string[][] {
  const { data, errors } = parse<string[]>(text, { delimiter, preview: rows, skipEmptyLines: true });
  if (!errors.some(({ type }) => type === "Quotes")) return data;
  return parseForgiving(text, {
    delimiter,
    to: rows,
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: 0,
    skip_records_with_error: true,
  });
}

/** The delimiter that cuts the first record into the most cells. */
function bestDelimiter(head: string): string {
  const [first = ""] = FIRST_RECORD.exec(head.slice(0, LONGEST_HEADER)) ?? [];
  const counts = DELIMITERS.map((delimiter) => parseRows(first, delimiter, 1)[0]?.length ?? 0);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ",";
}

function refuseMissingHeader(path: string, names: readonly string[]): void {
  if (names.some((name) => /^(sub|cus|price)_(?=\w*\d)[A-Za-z0-9]{8,}$/.test(name))) {
    throw new ReconError(
      "no_header",
      `${path}, line 1: the first line holds data, not column names. Export with a header (psql: WITH CSV HEADER).`,
    );
  }
  if (names.some((name) => name.includes("\ufffd"))) {
    throw new ReconError(
      "not_utf8",
      `${path}, line 1: the header is not valid UTF-8. Save the file as UTF-8 (in Excel: "CSV UTF-8") and run again.`,
    );
  }
  if (names.length === 1) {
    throw new ReconError(
      "not_an_export",
      `${path}, line 1: expected a CSV header or JSON, found "${(names[0] ?? "").slice(0, 80)}". Give an export of subscriptions.`,
    );
  }
}

function numberTwins(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}
