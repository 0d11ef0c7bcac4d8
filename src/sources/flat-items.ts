import { isBlank } from "./blank-cell";
import type { TableHead } from "./choose-columns";
import { type Column, plainName } from "./column";
import { typedSql } from "./typed-column";

const HEADER = /^items_(?:data_)?(\d+)_(price_id|plan_id|quantity|current_period_start|current_period_end)$/;

/** Columns read from others, as SQL, and values of the first rows. */
export interface ItemColumns {
  readonly columns: Readonly<Partial<Record<Column, string>>>;
  readonly sample: Readonly<Partial<Record<Column, readonly string[]>>>;
}

/**
 * What flattened items tell, one column a member: `items.data.0.price.id`, `items.data.1.price.id` … Several prices are joined by
 * commas and have no single quantity; the period is the latest start and the earliest end, as in `apiColumns`.
 */
export function findFlatItems(table: TableHead, textOf: (index: number) => string): ItemColumns | null {
  const found = new Map<string, { readonly index: number; readonly item: number }[]>();
  for (const [index, name] of table.names.map(plainName).entries()) {
    const [, item, member = ""] = HEADER.exec(name) ?? [];
    if (item !== undefined) found.set(member, [...(found.get(member) ?? []), { index, item: Number(item) }]);
  }
  if (found.size === 0) return null;
  const all = (member: string): number[] =>
    (found.get(member) ?? []).sort((a, b) => a.item - b.item).map(({ index }) => index);
  const values = (indices: readonly number[]): string[] =>
    indices.flatMap((index) => table.values(index)).filter((value) => !isBlank(value));

  const prices = all("price_id").length > 0 ? all("price_id") : all("plan_id");
  const [quantity] = all("quantity");
  const times = (member: string): string[] =>
    all(member).map((index) => typedSql(textOf(index), "time", table.values(index)));
  const columns: Partial<Record<Column, string>> = {};
  if (prices.length > 0)
    columns.price_id = `nullif(array_to_string(list_sort([${prices.map(textOf).join(", ")}]), ','), '')`;
  if (quantity !== undefined) {
    const others = prices.slice(1).map((index) => `${textOf(index)} IS NULL`);
    columns.quantity = `CASE WHEN ${["true", ...others].join(" AND ")} THEN ${textOf(quantity)} END`;
  }
  if (found.has("current_period_start"))
    columns.current_period_start = `greatest(${times("current_period_start").join(", ")})`;
  if (found.has("current_period_end")) columns.current_period_end = `least(${times("current_period_end").join(", ")})`;
  return {
    columns,
    sample: {
      price_id: values(prices),
      current_period_start: values(all("current_period_start")),
      current_period_end: values(all("current_period_end")),
    },
  };
}
