import { STATUSES } from "../subscription";
import { BLANK_WORDS, isBlank } from "./blank-cell";
import { chooseColumns, type TableHead } from "./choose-columns";
import { COLUMN_TYPES, COLUMNS, type Column, plainName } from "./column";
import { findFlatItems, type ItemColumns } from "./flat-items";
import type { Format } from "./format";
import { findItemColumns, findObjectColumn } from "./json-columns";
import { findMetadataColumns, metadataSql } from "./metadata-columns";
import { onlyRows } from "./only-rows";
import type { OpenedFile } from "./open-file";
import type { ReadOptions, Shape } from "./read-options";
import type { PlainCell } from "./source";
import { sqlText } from "./sql-text";
import { timeStepOf } from "./time-step";
import { holdsType, typedSql } from "./typed-column";

/** What is gathered of a table's columns. */
interface Columns {
  readonly sql: Partial<Record<Column, string>>;
  readonly names: Partial<Record<Column, string>>;
  readonly sample: Partial<Record<Column, readonly string[]>>;
  readonly cells: Partial<Record<Column, PlainCell>>;
}

/**
 * How a table is to be read, from CSV or JSON; `textOf` gives a column's text as SQL. `over` gives the relation its columns are read
 * from, made of the table's own.
 */
export function tableShape(
  file: OpenedFile,
  options: ReadOptions,
  format: Format,
  table: TableHead,
  textOf: (index: number) => string,
  configured: Readonly<Partial<Record<Column, string>>>,
): Omit<Shape, "relation" | "rows"> & {
  readonly idIndex: number;
  readonly cells: Readonly<Partial<Record<Column, PlainCell>>>;
  readonly over: (relation: string) => string;
} {
  const object = findObjectColumn(table, textOf);
  const chosen = chooseColumns(file.path, options.side, table, configured, object === null ? [] : COLUMNS);
  const columns = readColumns(chosen, options, table, textOf);
  const items = findItemColumns(table, textOf);
  if (object?.isSource !== true) addItems(items ?? findFlatItems(table, textOf), chosen, configured, columns, table);
  for (const [column, sql] of Object.entries(object?.columns ?? {}) as [Column, string][]) {
    if (configured[column] !== undefined || (object?.isSource !== true && chosen[column] !== undefined)) continue;
    columns.sql[column] = sql;
    delete columns.cells[column];
    columns.sample[column] = object?.sample[column] ?? [];
  }
  const hasMetadata = columns.names.metadata !== undefined || columns.sql.metadata !== undefined;
  const metadataColumns = hasMetadata ? [] : findMetadataColumns(table.names);
  if (metadataColumns.length > 0) columns.sql.metadata = metadataSql(metadataColumns, textOf);
  const parsed = [object, object?.isSource === true ? null : items].flatMap((each) => each?.parsed ?? []);
  const only = onlyRows(file.path, options, table, textOf);
  const { current_period_start = [], current_period_end = [], created = [], canceled_at = [] } = columns.sample;
  const periods = [...current_period_start, ...current_period_end];
  return {
    idIndex: chosen.id as number,
    cells: columns.cells,
    over: (relation) => (parsed.length === 0 ? relation : `(SELECT *, ${parsed.join(", ")} FROM ${relation})`),
    format,
    only: only.sql,
    leftOut: only.leftOut,
    columns: columns.sql,
    line: null,
    columnNames: columns.names,
    sample: columns.sample,
    timeStep: timeStepOf(periods.length > 0 ? periods : [...created, ...canceled_at]),
    metadataKeys: metadataColumns.length > 0 ? metadataColumns.map(({ key }) => key) : null,
    truncated: null,
    rejected: [],
    companions: [],
  };
}

/** A column whose values are not what its name says is named, but has no SQL, so that it is not compared. */
function readColumns(
  chosen: Readonly<Partial<Record<Column, number>>>,
  options: ReadOptions,
  table: TableHead,
  textOf: (index: number) => string,
): Columns {
  const columns: Columns = { sql: {}, names: {}, sample: {}, cells: {} };
  const entries = Object.entries(chosen) as [Column, number][];
  const times = entries.flatMap(([column, index]) => (COLUMN_TYPES[column] === "time" ? table.values(index) : []));
  for (const [column, index] of entries) {
    const type = COLUMN_TYPES[column] ?? "text";
    const values = table.values(index);
    const filled = values.filter((value) => !isBlank(value));
    columns.names[column] = table.names[index] as string;
    columns.sample[column] = filled;
    if (!holdsType(type, filled)) continue;
    const hasBlankWords = values.some((value) => value !== "" && isBlank(value));
    const text = hasBlankWords && type !== "time" ? withoutBlankWords(textOf(index)) : textOf(index);
    if (type === "text" && filled.some((value) => OBJECT_WITH_ID.test(value))) {
      columns.sql[column] = `coalesce(try_cast(${text} AS JSON) ->> '$.id', ${text})`;
      columns.sample[column] = filled.map((value) => OBJECT_WITH_ID.exec(value)?.[1] ?? value);
    } else if (column === "price_id" && filled.some((value) => LIST.test(value))) {
      columns.sql[column] = joinedList(text);
      columns.sample[column] = filled.flatMap((value) => value.replaceAll(/[{}[\]" ]/g, "").split(","));
    } else if (column === "status" && options.side === "stripe") {
      columns.sql[column] = stripeStatus(text, filled);
      if (columns.sql[column] === text) columns.cells[column] = { index, blankWords: hasBlankWords };
    } else {
      columns.sql[column] = typedSql(text, type, filled.length > 0 ? filled : times);
      columns.cells[column] = { index, blankWords: hasBlankWords };
    }
  }
  return columns;
}

/** An object of the API in a cell. */
const OBJECT_WITH_ID = /^\{.*?"id": *"([^"]+)"/s;
/** Several ids in a cell: as PostgreSQL writes an array, as JSON, or parted by commas. */
const LIST = /^[{[].*[}\]]$|,/s;

/** Several ids as `apiColumns` writes them: in order, joined by commas. */
function joinedList(text: string): string {
  return `array_to_string(list_sort(string_split(regexp_replace(${text}, '[{}\\[\\]" ]', '', 'g'), ',')), ',')`;
}

function withoutBlankWords(text: string): string {
  return `CASE WHEN ${text} NOT IN (${BLANK_WORDS.map(sqlText).join(", ")}) THEN ${text} END`;
}

/** Tools write Stripe's statuses as people read them, such as `Past due`. A word Stripe does not have stays as it is. */
function stripeStatus(text: string, values: readonly string[]): string {
  if (values.every((value) => (STATUSES as readonly string[]).includes(value))) return text;
  const word = `regexp_replace(lower(trim(${text})), '[^a-z]+', '_', 'g')`;
  return `CASE WHEN ${word} IN (${STATUSES.map(sqlText).join(", ")}) THEN ${word} ELSE ${text} END`;
}

/** Items fill in what the table has no column for, or what stands in them since the API moved it there. */
function addItems(
  items: ItemColumns | null,
  chosen: Readonly<Partial<Record<Column, number>>>,
  configured: Readonly<Partial<Record<Column, string>>>,
  columns: Columns,
  table: TableHead,
): void {
  for (const [column, sql] of Object.entries(items?.columns ?? {}) as [Column, string][]) {
    if (configured[column] !== undefined) continue;
    const own = columns.sql[column];
    const index = chosen[column];
    const isPlan = index !== undefined && plainName(table.names[index] as string) === "plan";
    delete columns.cells[column];
    columns.sql[column] = own === undefined ? sql : isPlan ? `coalesce(${sql}, ${own})` : `coalesce(${own}, ${sql})`;
    if (own === undefined || isPlan) columns.sample[column] = items?.sample[column] ?? [];
  }
}
