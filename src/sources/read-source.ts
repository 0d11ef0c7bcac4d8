import { closeSync, openSync, readSync } from "node:fs";
import { access } from "node:fs/promises";
import { ReconError } from "../recon-error";
import type { Side } from "../subscription";
import { API_MEMBERS, apiColumns } from "./api-columns";
import { chooseColumns, SUBSCRIPTION_ID, type TableHead } from "./choose-columns";
import { COLUMN_TYPES, type Column, plainName } from "./column";
import { type Config, configuredColumns } from "./config";
import { type CsvHead, readCsvHead } from "./csv-head";
import { API_JSON, type Format, GRACE_SECONDS, recognizeCsv, TABLE_JSON } from "./format";
import { findMetadataColumns, metadataSql } from "./metadata-columns";
import { type OpenedFile, openFile } from "./open-file";
import { readSidecar } from "./sidecar";
import type { Source } from "./source";
import { LARGEST_OBJECT, LINE_MEMBER, type SplitJson, splitJson } from "./split-json";
import { sqlJsonPointer, sqlName, sqlText } from "./sql-text";
import { takenAt } from "./taken-at";
import { typedSql } from "./typed-column";
import type { Workspace } from "./workspace";

/** How an export is to be read. */
export interface ReadOptions {
  readonly side: Side;
  /** When the export was taken, if the caller knows; a sidecar wins. */
  readonly asOf?: string | null | undefined;
  readonly config?: Config | null | undefined;
  /** Sigma's `subscriptions_metadata`, which stands in a file of its own. Found beside the export by its name when not given. */
  readonly metadataPath?: string | null | undefined;
}

/** Cells of a CSV longer than this are refused row by row; Stripe's metadata is at most 27 kB. */
const LARGEST_CSV_ROW = 2_000_000;
const JSON_SAMPLE_BYTES = 4_000_000;

/**
 * Recognizes an export by its content and makes it readable with SQL.
 *
 * @throws ReconError with one message that names the file, the line, what was expected and what to do.
 */
export async function readSource(path: string, options: ReadOptions, workspace: Workspace): Promise<Source> {
  const file = await openFile(path, workspace, options.side);
  const sidecar = await readSidecar(path, options.side);
  const isJson = /^\s*[[{]/.test(file.head);
  const shape = isJson ? await readJson(file, options, workspace) : await readCsv(file, options, workspace);
  const { format } = shape;
  refuseOtherSide(file, format, options.side);
  return {
    side: options.side,
    file,
    sidecar,
    takenAt: takenAt(file, sidecar, options.asOf, options.side),
    graceSeconds: format.graceSeconds ?? GRACE_SECONDS,
    ...shape,
    truncated: shape.truncated ?? (sidecar?.complete === false ? "its sidecar says the export did not finish" : null),
  };
}

/** What the content of a file decides. */
type Shape = Omit<Source, "side" | "file" | "sidecar" | "takenAt" | "graceSeconds">;

function refuseOtherSide(file: OpenedFile, format: Format, side: Side): void {
  if (format.side === "either" || format.side === side) return;
  const hint =
    side === "stripe"
      ? "Give the Stripe export as --stripe and the database export as --database."
      : "Give the database export as --database; were the two swapped?";
  throw new ReconError(
    "swapped",
    `${file.path}: this is a ${format.side} export (${format.title}), but it was given as --${side}. ${hint}`,
  );
}

// --- CSV -----------------------------------------------------------------------------------------------------------------

async function readCsv(file: OpenedFile, options: ReadOptions, workspace: Workspace): Promise<Shape> {
  const head = readCsvHead(file);
  const configured = configuredColumns(options.config ?? null, options.side);
  const recognized = recognizeCsv(head.names, head.names.map(plainName));
  const format =
    Object.keys(configured).length > 0
      ? { ...recognized, title: `${recognized.title}, mapped by --config`, side: "either" as const }
      : recognized;
  if (format.side !== "either" && format.side !== options.side) refuseOtherSide(file, format, options.side);
  const table: TableHead = { names: head.names, values: (index) => head.sample.map((row) => row[index] ?? "") };
  const textOf = (index: number): string => `c${index}`;
  const shape = tableShape(file, options, format, table, textOf, configured);
  const relation = csvRelation(file.textPath, head);
  const rows = { kind: "csv" as const, delimiter: head.delimiter, idIndex: shape.idIndex };
  const companion = options.side === "stripe" ? await openMetadataFile(file, options, workspace) : null;
  if (companion === null || shape.columns.metadata !== undefined) return { ...shape, relation, rows };
  const subscription = shape.columns.id ?? "id";
  return {
    ...shape,
    rows,
    columns: { ...shape.columns, metadata: "metadata_of_subscription" },
    columnNames: { ...shape.columnNames, metadata: companion.file.path },
    relation: `(SELECT * FROM ${relation} LEFT JOIN ${companion.relation} ON metadata_subscription = ${subscription})`,
    companions: [companion.file],
  };
}

function csvRelation(path: string, head: CsvHead): string {
  const columns = head.names.map((_, index) => `'c${index}': 'VARCHAR'`).join(", ");
  return `read_csv(${sqlText(path)}, auto_detect = false, header = true, delim = ${sqlText(head.delimiter)}, quote = '"', escape = '"', nullstr = ['', '\\N'], columns = {${columns}}, store_rejects = true, rejects_limit = 0, max_line_size = ${LARGEST_CSV_ROW}, buffer_size = ${LARGEST_CSV_ROW * 4})`;
}

async function openMetadataFile(
  file: OpenedFile,
  options: ReadOptions,
  workspace: Workspace,
): Promise<{ file: OpenedFile; relation: string } | null> {
  const beside = file.path.replace(/(\.csv)?(\.gz)?$/i, (ending) => `_metadata${ending}`);
  const path = options.metadataPath ?? ((await isThere(beside)) && beside !== file.path ? beside : null);
  if (path === null) return null;
  const opened = await openFile(path, workspace, "stripe-metadata");
  const head = readCsvHead(opened);
  const plain = head.names.map(plainName);
  const [key, value, id] = ["key", "value", "subscription_id"].map((name) => plain.indexOf(name));
  if (key === undefined || value === undefined || id === undefined || key < 0 || value < 0 || id < 0) {
    throw new ReconError(
      "bad_metadata_file",
      `${path}, line 1: expected the columns subscription_id, key, value of Sigma's subscriptions_metadata, found: ${head.names.join(", ")}.`,
    );
  }
  const rows = `(SELECT c${id} AS metadata_subscription, CAST(json_group_object(c${key}, c${value}) AS VARCHAR) AS metadata_of_subscription FROM ${csvRelation(opened.textPath, head)} WHERE c${value} IS NOT NULL GROUP BY ALL)`;
  return { file: opened, relation: rows };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

// --- tables, from CSV or JSON --------------------------------------------------------------------------------------------

function tableShape(
  file: OpenedFile,
  options: ReadOptions,
  format: Format,
  table: TableHead,
  textOf: (index: number) => string,
  configured: Readonly<Partial<Record<Column, string>>>,
): Omit<Shape, "relation" | "rows"> & { readonly idIndex: number } {
  const chosen = chooseColumns(file.path, options.side, table, configured);
  const columns: Partial<Record<Column, string>> = {};
  const columnNames: Partial<Record<Column, string>> = {};
  const sample: Partial<Record<Column, readonly string[]>> = {};
  addColumnsInJson(table, textOf, columns);
  for (const [column, index] of Object.entries(chosen) as [Column, number][]) {
    columns[column] = typedSql(textOf(index), COLUMN_TYPES[column] ?? "text");
    columnNames[column] = table.names[index] as string;
    sample[column] = table.values(index).filter((value) => value !== "");
  }
  const metadataColumns = findMetadataColumns(table.names);
  if (metadataColumns.length > 0) columns.metadata = metadataSql(metadataColumns, textOf);
  return {
    idIndex: chosen.id as number,
    format,
    only: onlySql(file.path, options, format, table, textOf),
    columns,
    line: null,
    columnNames,
    sample,
    minutePrecision: isCutToMinutes([
      ...(sample.created ?? []),
      ...(sample.current_period_end ?? []),
      ...(sample.canceled_at ?? []),
    ]),
    metadataKeys: metadataColumns.length > 0 ? metadataColumns.map(({ key }) => key) : null,
    truncated: null,
    rejected: [],
    companions: [],
  };
}

/** A sync-engine table keeps whole API objects in a JSON column, or at least the items. */
function addColumnsInJson(
  table: TableHead,
  textOf: (index: number) => string,
  columns: Partial<Record<Column, string>>,
): void {
  const plain = table.names.map(plainName);
  const raw = plain.indexOf("raw_data");
  const items = plain.indexOf("items");
  if (raw >= 0) {
    const object = `try_cast(${textOf(raw)} AS JSON)`;
    Object.assign(
      columns,
      apiColumns((name) => `json_extract(${object}, ${sqlJsonPointer(name)})`),
    );
  } else if (items >= 0) {
    const all = apiColumns((name) => (name === "items" ? `try_cast(${textOf(items)} AS JSON)` : "CAST(NULL AS JSON)"));
    const { price_id, quantity, current_period_start, current_period_end } = all;
    Object.assign(columns, { price_id, quantity, current_period_start, current_period_end });
  }
}

function onlySql(
  path: string,
  options: ReadOptions,
  format: Format,
  table: TableHead,
  textOf: (index: number) => string,
): string | null {
  const active = format.name === "fivetran" ? table.names.map(plainName).indexOf("fivetran_active") : -1;
  const conditions = active >= 0 ? [`${typedSql(textOf(active), "boolean")} IS NOT false`] : [];
  const configured = options.side === "database" ? (options.config?.database?.only ?? {}) : {};
  for (const [name, values] of Object.entries(configured)) {
    const index = table.names.indexOf(name);
    if (index < 0)
      throw new ReconError(
        "no_such_column",
        `${path}, line 1: the configuration filters on "${name}", which is not there.`,
      );
    conditions.push(`${textOf(index)} IN (${values.map(sqlText).join(", ")})`);
  }
  return conditions.length > 0 ? conditions.join(" AND ") : null;
}

function isCutToMinutes(times: readonly string[]): boolean {
  return times.length > 0 && times.every((time) => /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d$/.test(time));
}

// --- JSON ----------------------------------------------------------------------------------------------------------------

async function readJson(file: OpenedFile, options: ReadOptions, workspace: Workspace): Promise<Shape> {
  const lines = workspace.file(`${options.side}.ndjson`);
  const split = await splitJson(file.path, file.textPath, lines);
  const sample = sampleObjects(lines);
  refuseOtherObjects(file.path, split, sample);
  const isApi = sample.some((object) => object["object"] === "subscription" || typeof object["items"] === "object");
  if (isApi) refuseOtherSide(file, API_JSON, options.side);
  const members: readonly string[] = isApi
    ? API_MEMBERS
    : [...new Set(sample.flatMap((object) => Object.keys(object)))].filter((name) => name !== LINE_MEMBER);
  const columns = [`${sqlText(LINE_MEMBER)}: 'BIGINT'`, ...members.map((name) => `${sqlText(name)}: 'JSON'`)];
  const relation = `read_json(${sqlText(lines)}, format = 'newline_delimited', columns = {${columns.join(", ")}}, ignore_errors = true, maximum_object_size = ${LARGEST_OBJECT * 2})`;
  const common = {
    relation,
    rows: { kind: "json" as const, linesPath: lines },
    line: sqlName(LINE_MEMBER),
    rejected: split.rejected,
    truncated: split.hasMore ? 'its last page says "has_more": true, so rows are missing from it' : null,
  };
  if (isApi) return { ...apiShape(sample), ...common };
  const cellOf = (object: Record<string, unknown>, name: string): string => {
    const value = object[name];
    return value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  };
  const table: TableHead = {
    names: members,
    values: (index) => sample.map((object) => cellOf(object, members[index] ?? "")),
  };
  const textOf = (index: number): string => `(${sqlName(members[index] as string)} ->> '$')`;
  const configured = configuredColumns(options.config ?? null, options.side);
  const format =
    options.side === "database"
      ? TABLE_JSON
      : { ...recognizeCsv(members, members.map(plainName)), side: "either" as const };
  return { ...tableShape(file, options, format, table, textOf, configured), ...common };
}

function sampleObjects(path: string): Record<string, unknown>[] {
  const head = Buffer.alloc(JSON_SAMPLE_BYTES);
  const file = openSync(path, "r");
  const text = head.toString("utf8", 0, readSync(file, head));
  closeSync(file);
  const lines = text.slice(0, text.lastIndexOf("\n")).split("\n");
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as Record<string, unknown>];
    } catch {
      return [];
    }
  });
}

function refuseOtherObjects(path: string, split: SplitJson, sample: readonly Record<string, unknown>[]): void {
  const other = sample.find((object) => typeof object["object"] === "string" && object["object"] !== "subscription");
  const isSubscription = sample.some(
    (object) =>
      object["object"] === "subscription" ||
      Object.values(object).some((value) => typeof value === "string" && SUBSCRIPTION_ID.test(value)),
  );
  if (split.objects + split.rejected.length === 0) {
    throw new ReconError(
      "no_rows",
      `${path}: the list is empty, there is no subscription in it. Check the mode (--live) and the filter (--status all), and export again.`,
    );
  }
  if (isSubscription || split.objects === 0) return;
  const found =
    other === undefined ? "objects without a subscription id" : `objects of the type "${String(other["object"])}"`;
  throw new ReconError(
    "no_subscriptions",
    `${path}, line ${String(sample[0]?.[LINE_MEMBER] ?? 1)}: expected subscriptions, found ${found}. Export with "stripe subscriptions list".`,
  );
}

function apiShape(
  sample: readonly Record<string, unknown>[],
): Omit<Shape, "relation" | "rows" | "line" | "rejected" | "truncated"> {
  const columns: Partial<Record<Column, string>> = apiColumns((name) => sqlName(name));
  const prices = sample.flatMap((object) => {
    const items =
      (object["items"] as { data?: { price?: { id?: string }; plan?: { id?: string } }[] } | null)?.data ?? [];
    return items.map((item) => item.price?.id ?? item.plan?.id ?? "");
  });
  return {
    format: API_JSON,
    only: null,
    columns,
    columnNames: Object.fromEntries(Object.keys(columns).map((column) => [column, column])),
    sample: { price_id: prices, customer_id: ["cus_"] },
    minutePrecision: false,
    metadataKeys: null,
    companions: [],
  };
}
