import { closeSync, openSync, readSync } from "node:fs";
import { ReconError } from "../recon-error";
import { API_MEMBERS, apiColumns } from "./api-columns";
import { apiSample } from "./api-sample";
import { SUBSCRIPTION_ID, type TableHead } from "./choose-columns";
import { type Column, plainName } from "./column";
import { configuredColumns } from "./config";
import { API_JSON, recognizeCsv, TABLE_JSON } from "./format";
import type { OpenedFile } from "./open-file";
import type { ReadOptions, Shape } from "./read-options";
import { refuseOtherRows } from "./refuse-other-rows";
import { refuseOtherSide } from "./refuse-other-side";
import { LARGEST_OBJECT, LINE_MEMBER, type SplitJson, splitJson } from "./split-json";
import { sqlName, sqlText } from "./sql-text";
import { tableShape } from "./table-shape";
import type { Workspace } from "./workspace";

const JSON_SAMPLE_BYTES = 4_000_000;

type JsonObject = Readonly<Record<string, unknown>>;

/** Members that a row of a table mirroring the API has, and no object of the API. */
const TABLE_MEMBERS = ["updated_at", "updatedAt", "last_synced_at", "_last_synced_at", "_raw_data"];

/** Rewrites a JSON export as lines and says how they are to be read. */
export async function readJson(file: OpenedFile, options: ReadOptions, workspace: Workspace): Promise<Shape> {
  const lines = workspace.file(`${options.side}.ndjson`);
  const split = await splitJson(file.path, file.textPath, lines);
  const sample = sampleObjects(lines);
  refuseNoSubscriptions(file.path, split, sample);
  const isApi = sample.some(isApiObject);
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
    truncated: whyNotWhole(split, isApi),
  };
  if (isApi) return { ...apiShape(sample), ...common };
  const cellOf = (object: JsonObject, name: string): string => {
    const value = object[name];
    return value === null || value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  };
  const table: TableHead = {
    names: members,
    values: (index) => sample.map((object) => cellOf(object, members[index] ?? "")),
  };
  if (options.side === "stripe") refuseOtherRows(file.path, table);
  const textOf = (index: number): string => `(${sqlName(members[index] as string)} ->> '$')`;
  const configured = configuredColumns(options.config ?? null, options.side);
  const format =
    options.side === "database"
      ? TABLE_JSON
      : { ...recognizeCsv(members, members.map(plainName)), side: "either" as const };
  const shape = tableShape(file, options, format, table, textOf, configured);
  return { ...shape, ...common, relation: shape.over(relation) };
}

/** An object of the API, and not a row of a table that mirrors it. */
function isApiObject(object: JsonObject): boolean {
  if (TABLE_MEMBERS.some((name) => Object.hasOwn(object, name))) return false;
  const items = object["items"] as { data?: unknown } | null | undefined;
  return object["object"] === "subscription" || Array.isArray(items?.data);
}

function whyNotWhole(split: SplitJson, isApi: boolean): string | null {
  if (split.hasMore) return 'a page says "has_more": true and the page that follows it is not there';
  if (!isApi) return null;
  if (split.wrapper === "search_result")
    return "it is a search result, which holds only what its query finds, and that with a delay";
  if (split.wrapper === null && split.objects === 1) return "it is a single subscription and no list of them";
  return null;
}

function sampleObjects(path: string): JsonObject[] {
  const head = Buffer.alloc(JSON_SAMPLE_BYTES);
  const file = openSync(path, "r");
  const text = head.toString("utf8", 0, readSync(file, head));
  closeSync(file);
  const lines = text.slice(0, text.lastIndexOf("\n")).split("\n");
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as JsonObject];
    } catch {
      return [];
    }
  });
}

function refuseNoSubscriptions(path: string, split: SplitJson, sample: readonly JsonObject[]): void {
  if (split.objects + split.rejected.length === 0) {
    throw new ReconError(
      "no_rows",
      `${path}: the list is empty, there is no subscription in it. Check the mode (--live) and the filter (--status all), and export again.`,
    );
  }
  const kinds = sample.map((object) => object["object"]).filter((kind) => typeof kind === "string");
  const hasIds = sample.some((object) =>
    Object.values(object).some((value) => typeof value === "string" && SUBSCRIPTION_ID.test(value)),
  );
  if (split.objects === 0 || kinds.includes("subscription") || (kinds.length === 0 && hasIds)) return;
  const found = kinds.length === 0 ? "objects without a subscription id" : `objects of the type "${String(kinds[0])}"`;
  throw new ReconError(
    "no_subscriptions",
    `${path}, line ${String(sample[0]?.[LINE_MEMBER] ?? 1)}: expected subscriptions, found ${found}. Export with "stripe subscriptions list".`,
  );
}

function apiShape(sample: readonly JsonObject[]): Omit<Shape, "relation" | "rows" | "line" | "rejected" | "truncated"> {
  const columns: Partial<Record<Column, string>> = apiColumns((name) => sqlName(name));
  return {
    format: API_JSON,
    only: null,
    leftOut: null,
    columns,
    columnNames: Object.fromEntries(Object.keys(columns).map((column) => [column, column])),
    sample: apiSample(sample),
    timeStep: 1,
    metadataKeys: null,
    companions: [],
  };
}
