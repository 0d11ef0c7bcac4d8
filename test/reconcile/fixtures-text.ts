/** A cell: null is an empty cell. */
export type Cell = string | number | boolean | null;

/** How a table is printed. */
export interface CsvStyle {
  readonly delimiter?: string;
  readonly newline?: string;
  readonly byteOrderMark?: boolean;
  /** Changes each header. */
  readonly header?: (name: string) => string;
  /** Prints columns in this order; the names of the header. */
  readonly order?: readonly string[];
}

/** A column: its header and its cell of each record. */
export type CsvColumn<T> = readonly [header: string, cell: (record: T) => Cell];

/** Prints records as CSV, quoted where they have to be. */
export function printCsv<T>(records: readonly T[], columns: readonly CsvColumn<T>[], style: CsvStyle = {}): string {
  const { delimiter = ",", newline = "\n", header = (name: string) => name, order } = style;
  const chosen =
    order === undefined ? columns : order.map((name) => columns.find(([each]) => each === name) as CsvColumn<T>);
  const quote = (cell: Cell): string => {
    const text = cell === null ? "" : String(cell);
    return text.includes('"') || text.includes(delimiter) || /[\r\n]/.test(text)
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  };
  const lines = [
    chosen.map(([name]) => quote(header(name))),
    ...records.map((record) => chosen.map(([, cell]) => quote(cell(record)))),
  ];
  const text = lines.map((line) => line.join(delimiter) + newline).join("");
  return style.byteOrderMark === true ? `\uFEFF${text}` : text;
}

/** A time in UTC, from Unix seconds; null stays null. */
export type PrintTime = (seconds: number | null) => Cell;

const iso = (seconds: number): string => new Date(Math.round(seconds * 1000)).toISOString();

/** `timestamptz` as psql prints it: `2026-01-02 03:04:05+00`, with a fraction where there is one. */
export const timestamptz: PrintTime = (seconds) =>
  seconds === null
    ? null
    : `${iso(seconds)
        .replace("T", " ")
        .replace(/(\.000)?Z$/, "")}+00`;

/** `timestamp` without a zone, in UTC, as psql prints it. */
export const timestamp: PrintTime = (seconds) =>
  seconds === null
    ? null
    : iso(seconds)
        .replace("T", " ")
        .replace(/(\.000)?Z$/, "");

/** `2026-01-02 03:04`, as the Dashboard prints it. */
export const minutes: PrintTime = (seconds) => (seconds === null ? null : iso(seconds).slice(0, 16).replace("T", " "));

/** `2026-01-02 03:04:05.000`, as Sigma prints it. */
export const milliseconds: PrintTime = (seconds) =>
  seconds === null ? null : iso(seconds).replace("T", " ").replace("Z", "");

/** `2026-01-02T03:04:05.000Z`, as JavaScript prints it. */
export const isoTime: PrintTime = (seconds) => (seconds === null ? null : iso(seconds));

/** Unix seconds, whole. */
export const unixSeconds: PrintTime = (seconds) => (seconds === null ? null : Math.floor(seconds));

/** psql's booleans. */
export const tf = (value: boolean | null): Cell => (value === null ? null : value ? "t" : "f");

/** The text of a JSON value; null stays null. */
export const json = (value: unknown): Cell => (value === null || value === undefined ? null : JSON.stringify(value));
