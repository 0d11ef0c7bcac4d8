import { COLUMN_TYPES, type Column } from "../sources/column";
import type { Source } from "../sources/source";
import type { Side } from "../subscription";

/** The columns a reconciliation carries for each side. */
export const SIDE_COLUMNS: Readonly<Record<Side, readonly Column[]>> = {
  stripe: [
    "id",
    "customer_id",
    "status",
    "price_id",
    "quantity",
    "currency",
    "metadata",
    "current_period_start",
    "current_period_end",
    "trial_start",
    "trial_end",
    "paused_at",
    "cancel_at_period_end",
    "cancel_at",
    "canceled_at",
    "ended_at",
    "livemode",
    "test_clock",
    "created",
  ],
  database: [
    "id",
    "customer_id",
    "tenant_id",
    "status",
    "price_id",
    "quantity",
    "currency",
    "metadata",
    "current_period_start",
    "current_period_end",
    "cancel_at_period_end",
    "canceled_at",
    "archived_at",
    "livemode",
    "created",
    "updated",
  ],
};

const SQL_TYPES = { text: "VARCHAR", json: "VARCHAR", time: "BIGINT", boolean: "BOOLEAN" } as const;

/**
 * A query that returns one typed row an exported row: the side's columns that the export has, and the line if it is known.
 * Columns it lacks are left out, since the join would carry their NULLs.
 */
export function sideQuery(source: Source, trimIds = false): string {
  const columns = SIDE_COLUMNS[source.side].flatMap((column) => {
    const expression = source.columns[column];
    if (expression === undefined) return [];
    return [column === "id" && trimIds ? `trim(${expression}) AS id` : `${expression} AS ${column}`];
  });
  if (source.line !== null) columns.push(`${source.line} AS line`);
  return `
    SELECT
      ${columns.join(",\n      ")}
    FROM ${source.relation}
    ${source.only === null ? "" : `WHERE ${source.only}`}`;
}

/** The columns a side's query returns. */
export function columnsOf(source: Source): readonly (Column | "line")[] {
  const columns = SIDE_COLUMNS[source.side].filter((column) => source.columns[column] !== undefined);
  return source.line === null ? columns : [...columns, "line"];
}

/** The columns a side could have and its export lacks. */
export function columnsLackedBy(source: Source): readonly (Column | "line")[] {
  const columns = SIDE_COLUMNS[source.side].filter((column) => source.columns[column] === undefined);
  return source.line === null ? [...columns, "line"] : columns;
}

/** A side's column in the join, or a NULL of its type where the export has no such column. */
export function sideColumn(source: Source, column: Column | "line"): string {
  if (columnsOf(source).includes(column)) return `${source.side}.${column}`;
  const type = column === "line" ? "time" : (COLUMN_TYPES[column] ?? "text");
  return `CAST(NULL AS ${SQL_TYPES[type]})`;
}
