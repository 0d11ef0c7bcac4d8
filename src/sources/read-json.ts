import { closeSync, openSync, readSync } from "node:fs";
import { ReconError } from "../recon-error";
import { API_MEMBERS, apiColumns } from "./api-columns";
import { SUBSCRIPTION_ID, type TableHead } from "./choose-columns";
import { type Column, plainName } from "./column";
import { configuredColumns } from "./config";
import { API_JSON, recognizeCsv, TABLE_JSON } from "./format";
import type { OpenedFile } from "./open-file";
import type { ReadOptions, Shape } from "./read-options";
import { refuseOtherSide } from "./refuse-other-side";
import { LARGEST_OBJECT, LINE_MEMBER, type SplitJson, splitJson } from "./split-json";
import { sqlName, sqlText } from "./sql-text";
import { tableShape } from "./table-shape";
import type { Workspace } from "./workspace";

const JSON_SAMPLE_BYTES = 4_000_000;

/** Rewrites a JSON export as lines and says how they are to be read. */
export async function readJson(file: OpenedFile, options: ReadOptions, workspace: Workspace): Promise<Shape> {
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
