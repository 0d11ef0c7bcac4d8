import type { Side } from "../subscription";
import type { Column } from "./column";
import type { Format } from "./format";
import type { OpenedFile } from "./open-file";
import type { Sidecar } from "./sidecar";
import type { RejectedRow } from "./split-json";
import type { TakenAt } from "./taken-at";
import type { TimeStep } from "./time-step";

/** An export that has been recognized and can be read with SQL. Nothing but its head has been read yet. */
export interface Source {
  readonly side: Side;
  readonly file: OpenedFile;
  readonly format: Format;
  readonly sidecar: Sidecar | null;
  readonly takenAt: TakenAt;
  /** Seconds a change may take to show in this export. */
  readonly graceSeconds: number;
  /** SQL after FROM: the raw rows. */
  readonly relation: string;
  /** SQL condition on the raw rows that belong to the comparison; null for all. */
  readonly only: string | null;
  /** What that condition leaves out, for the report. */
  readonly leftOut: string | null;
  /** Our columns as typed SQL expressions over `relation`. A column that is not there cannot be compared. */
  readonly columns: Readonly<Partial<Record<Column, string>>>;
  /** SQL for the line a raw row begins in, where the relation knows it. */
  readonly line: string | null;
  /** How to find one of its rows again. */
  readonly rows: CsvRows | JsonRows | TypedRows;
  /** How our columns are called in the file, for messages. A column that is named but not in `columns` holds something else. */
  readonly columnNames: Readonly<Partial<Record<Column, string>>>;
  /** Values of the first rows, to tell what a column holds. */
  readonly sample: Readonly<Partial<Record<Column, readonly string[]>>>;
  /** How exactly its periods are written, in seconds. */
  readonly timeStep: TimeStep;
  /** The metadata keys this export has columns for; null when metadata is whole. */
  readonly metadataKeys: readonly string[] | null;
  /** Rows known to follow that are not in the file: `has_more`, or a sidecar that says so. */
  readonly truncated: string | null;
  /** Rows set aside before SQL saw them. */
  readonly rejected: readonly RejectedRow[];
  /** Other files this source was read from, such as Sigma's metadata. */
  readonly companions: readonly OpenedFile[];
}

/** A column that is read from one cell as it stands there. */
export interface PlainCell {
  readonly index: number;
  /** Whether words such as `NULL` stand for nothing in it. */
  readonly blankWords: boolean;
}

/** The rows of a CSV: cells cut by a delimiter, the id in one of them. */
export interface CsvRows {
  readonly kind: "csv";
  readonly delimiter: string;
  /** How many cells the header has. */
  readonly width: number;
  readonly idIndex: number;
  /** The columns that are read from one cell as it stands there. */
  readonly cells: Readonly<Partial<Record<Column, PlainCell>>>;
  /** SQL after FROM: the raw rows, read by one thread. Several may cut the file within a cell that holds line ends. */
  readonly inOneThread: string;
}

/** The rows of a JSON export, rewritten one object a line. */
export interface JsonRows {
  readonly kind: "json";
  readonly linesPath: string;
}

/** Rows that were read and typed before: nothing of the export's text is left to look at. */
export interface TypedRows {
  readonly kind: "typed";
}
