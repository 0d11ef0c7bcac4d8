import type { Frame } from "./frame";
import { type Column, type ColumnKind, type Table, tableHtml } from "./table";

/**
 * A Danfo frame as a table: numbers right, times and ids as such, statuses and kinds as chips.
 *
 * @param table what it says above and when there is no row; 50 rows are shown unless it says otherwise
 */
export function frameHtml(frame: Frame, table: Partial<Omit<Table, "columns" | "rows">> = {}): string {
  const columns: readonly Column[] = frame.columns.map((key, index) => ({
    key,
    title: key,
    kind: columnKind(key, frame.dtypes[index]),
  }));
  const rows = (frame.values as unknown[][]).map((values) =>
    Object.fromEntries(columns.map(({ key }, index) => [key, shown(values[index])])),
  );
  return tableHtml({ empty: "No rows", ...table, columns, rows });
}

function shown(value: unknown): unknown {
  return Number.isNaN(value) ? null : value;
}

function columnKind(name: string, dtype: string | undefined): ColumnKind {
  if (dtype === "int32" || dtype === "float32") return "number";
  if (/(^|_)(status|kind|disposition)$/.test(name)) return "chip";
  if (/_id$/.test(name)) return "id";
  return /_at$/.test(name) ? "time" : "text";
}
