import { ReconError } from "../recon-error";
import { apiColumns } from "./api-columns";
import { chooseColumns, type TableHead } from "./choose-columns";
import { COLUMN_TYPES, type Column, plainName } from "./column";
import type { Format } from "./format";
import { findMetadataColumns, metadataSql } from "./metadata-columns";
import type { OpenedFile } from "./open-file";
import type { ReadOptions, Shape } from "./read-options";
import { sqlJsonPointer, sqlText } from "./sql-text";
import { typedSql } from "./typed-column";

/** How a table is to be read, from CSV or JSON; `textOf` gives a column's text as SQL. */
export function tableShape(
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
    columns[column] = typedSql(textOf(index), COLUMN_TYPES[column] ?? "text", table.values(index));
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
