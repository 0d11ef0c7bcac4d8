import { access } from "node:fs/promises";
import { ReconError } from "../recon-error";
import type { TableHead } from "./choose-columns";
import { plainName } from "./column";
import { configuredColumns } from "./config";
import { type CsvHead, readCsvHead } from "./csv-head";
import { recognizeCsv } from "./format";
import { type OpenedFile, openFile } from "./open-file";
import type { ReadOptions, Shape } from "./read-options";
import { refuseOtherRows } from "./refuse-other-rows";
import { refuseOtherSide } from "./refuse-other-side";
import { sqlText } from "./sql-text";
import { tableShape } from "./table-shape";
import type { Workspace } from "./workspace";

/** Rows of a CSV longer than this are rejected; Stripe's metadata is at most 27 kB. */
const LARGEST_CSV_ROW = 2_000_000;

/** Reads the head of a CSV export and says how the rest is to be read. */
export async function readCsv(file: OpenedFile, options: ReadOptions, workspace: Workspace): Promise<Shape> {
  const head = readCsvHead(file);
  const configured = configuredColumns(options.config ?? null, options.side);
  const recognized = recognizeCsv(head.names, head.names.map(plainName));
  const format =
    Object.keys(configured).length > 0
      ? { ...recognized, title: `${recognized.title}, mapped by --config`, side: "either" as const }
      : recognized;
  refuseOtherSide(file, format, options.side);
  refuseNoRows(file, head);
  const isCopyText = head.delimiter === "\t" && head.sample.some((row) => row.includes("\\N"));
  const table: TableHead = {
    names: head.names,
    values: (index) => head.sample.map((row) => withoutEscapes(row[index] ?? "", isCopyText)),
  };
  if (options.side === "stripe") refuseOtherRows(file.path, table);
  const textOf = (index: number): string => (isCopyText ? `replace(c${index}, '\\\\', '\\')` : `c${index}`);
  const shape = tableShape(file, options, format, table, textOf, configured);
  const companion = options.side === "stripe" ? await openMetadataFile(file, options, workspace) : null;
  const isCompanionRead = companion !== null && shape.columns.metadata === undefined;
  const subscription = shape.columns.id ?? "id";
  const relationOf = (threads: Threads): string => {
    const own = shape.over(csvRelation(file.textPath, head, threads));
    return isCompanionRead
      ? `(SELECT * FROM ${own} LEFT JOIN ${companion.relation} ON metadata_subscription = trim(${subscription}))`
      : own;
  };
  const rows = {
    kind: "csv" as const,
    delimiter: head.delimiter,
    width: head.names.length,
    idIndex: shape.idIndex,
    cells: isCopyText ? {} : shape.cells,
    inOneThread: relationOf("one thread"),
  };
  const relation = relationOf("all threads");
  if (!isCompanionRead) return { ...shape, relation, rows };
  return {
    ...shape,
    relation,
    rows,
    columns: { ...shape.columns, metadata: "metadata_of_subscription" },
    columnNames: { ...shape.columnNames, metadata: companion.file.path },
    companions: [companion.file],
  };
}

function refuseNoRows(file: OpenedFile, head: CsvHead): void {
  if (!file.headIsAll || head.sample.length > 0 || /\n\s*\S/.test(file.head.trimStart())) return;
  throw new ReconError(
    "no_rows",
    `${file.path}: there is a header, but no row below it. Check the filter and the schema of the export, and export again.`,
  );
}

/** psql's COPY without CSV doubles each backslash, such as those in JSON, and writes NULL as `\N`. */
function withoutEscapes(cell: string, isCopyText: boolean): string {
  if (!isCopyText) return cell;
  return cell === "\\N" ? "" : cell.replaceAll("\\\\", "\\");
}

type Threads = "all threads" | "one thread";

/** Rows that cannot be read are set aside when `setAside`, else they end the run. */
function csvRelation(path: string, head: CsvHead, threads: Threads, setAside = true): string {
  const columns = head.names.map((_, index) => `'c${index}': 'VARCHAR'`).join(", ");
  return `read_csv(${sqlText(path)}, auto_detect = false, header = true, delim = ${sqlText(head.delimiter)}, quote = '"', escape = '"', nullstr = ['', '\\N'], columns = {${columns}}, ${setAside ? "store_rejects = true, rejects_limit = 0, " : ""}max_line_size = ${LARGEST_CSV_ROW}, buffer_size = ${LARGEST_CSV_ROW * 4}, parallel = ${threads === "all threads"})`;
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
  const rows = `(SELECT trim(c${id}) AS metadata_subscription, CAST(json_group_object(c${key}, c${value}) AS VARCHAR) AS metadata_of_subscription FROM ${csvRelation(opened.textPath, head, "one thread", false)} WHERE c${key} IS NOT NULL AND c${value} IS NOT NULL GROUP BY ALL)`;
  return { file: opened, relation: rows };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
