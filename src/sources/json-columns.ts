import { API_MEMBERS, apiColumns } from "./api-columns";
import { apiSample } from "./api-sample";
import type { TableHead } from "./choose-columns";
import { plainName } from "./column";
import type { ItemColumns } from "./flat-items";
import { sqlName, sqlText } from "./sql-text";
import { jsonObject } from "./typed-column";

/** Columns read from JSON. */
export interface JsonColumns extends ItemColumns {
  /** What the columns are read from, as an item of SELECT: the JSON is parsed once a row, not once a column. */
  readonly parsed: string;
}

/** So many rows are looked at to tell what a JSON column holds. */
const LOOKED_AT = 200;

/** Where a table keeps whole API objects in a column, as the sync-engine does in `_raw_data` and dj-stripe in `stripe_data`. */
export interface ObjectColumn extends JsonColumns {
  /** The other columns are generated from the object, so that it counts and they do not. */
  readonly isSource: boolean;
}

/** The column that holds whole API subscriptions, whatever it is called; null where there is none. */
export function findObjectColumn(table: TableHead, textOf: (index: number) => string): ObjectColumn | null {
  for (const [index, name] of table.names.entries()) {
    const objects = objectsOf(table, index);
    if (objects.length === 0 || !objects.every((object) => object["object"] === "subscription")) continue;
    const members = JSON.stringify(Object.fromEntries(API_MEMBERS.map((member) => [member, "JSON"])));
    return {
      isSource: plainName(name) === "raw_data",
      parsed: `json_transform(try_cast(${textOf(index)} AS JSON), ${sqlText(members)}) AS api_object`,
      columns: apiColumns((member) => `api_object.${sqlName(member)}`),
      sample: apiSample(objects),
    };
  }
  return null;
}

/** What a column `items` with the API's list of items tells: prices, quantity and, since 2025-03-31.basil, the period. */
export function findItemColumns(table: TableHead, textOf: (index: number) => string): JsonColumns | null {
  const index = table.names.map(plainName).indexOf("items");
  if (index < 0) return null;
  const objects = objectsOf(table, index);
  if (!objects.some((items) => Array.isArray(items["data"]))) return null;
  const all = apiColumns((member) => (member === "items" ? "api_items" : "CAST(NULL AS JSON)"));
  const { price_id, quantity, current_period_start, current_period_end } = all;
  const { price_id: prices = [] } = apiSample(objects.map((items) => ({ items })));
  return {
    parsed: `try_cast(${textOf(index)} AS JSON) AS api_items`,
    columns: { price_id, quantity, current_period_start, current_period_end },
    sample: { price_id: prices },
  };
}

function objectsOf(table: TableHead, index: number): Readonly<Record<string, unknown>>[] {
  const texts = table
    .values(index)
    .slice(0, LOOKED_AT)
    .filter((value) => value.startsWith("{"));
  return texts.map(jsonObject).filter((object) => object !== null);
}
