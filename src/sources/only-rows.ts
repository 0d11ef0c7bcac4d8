import { ReconError } from "../recon-error";
import { isBlank } from "./blank-cell";
import type { TableHead } from "./choose-columns";
import { plainName } from "./column";
import type { ReadOptions } from "./read-options";
import { sqlText } from "./sql-text";
import { typedSql } from "./typed-column";

/** Which rows of a table are subscriptions of Stripe as they are now. */
export interface OnlyRows {
  /** SQL condition; null for all rows. */
  readonly sql: string | null;
  /** What is left out, for the report; null when nothing is. */
  readonly leftOut: string | null;
}

/** Columns that name the payment provider of a row. */
const PROVIDER_NAMES = [
  "processor",
  "provider",
  "payment_provider",
  "payment_processor",
  "payment_gateway",
  "billing_provider",
  "gateway",
];

/**
 * Leaves out rows that are no subscription of Stripe as it is now: earlier versions that Fivetran keeps, rows of other payment
 * providers (whose ids may look like Stripe's: Paddle's begin with `sub_01`), and what the configuration leaves out.
 *
 * @throws ReconError when the configuration filters on a column that is not there.
 */
export function onlyRows(
  path: string,
  options: ReadOptions,
  table: TableHead,
  textOf: (index: number) => string,
): OnlyRows {
  const plain = table.names.map(plainName);
  const conditions: string[] = [];
  const leftOut: string[] = [];
  const add = (index: number, condition: string, what: string): void => {
    conditions.push(condition);
    leftOut.push(`${what} (column "${table.names[index]}")`);
  };

  const active = plain.indexOf("fivetran_active");
  if (active >= 0)
    add(active, `${typedSql(textOf(active), "boolean")} IS NOT false`, "earlier versions of subscriptions");

  const configured = options.side === "database" ? (options.config?.database?.only ?? {}) : {};
  for (const [name, values] of Object.entries(configured)) {
    const index = table.names.indexOf(name);
    if (index < 0)
      throw new ReconError(
        "no_such_column",
        `${path}, line 1: the configuration filters on "${name}", which is not there. Found: ${table.names.slice(0, 30).join(", ")}.`,
      );
    add(index, `${textOf(index)} IN (${values.map(sqlText).join(", ")})`, "rows the configuration leaves out");
  }

  if (options.side === "database") {
    for (const [index, name] of plain.entries()) {
      if (Object.hasOwn(configured, table.names[index] as string)) continue;
      const pattern = providerPattern(name, table.values(index));
      if (pattern !== null) {
        add(index, `coalesce(lower(${textOf(index)}) LIKE ${sqlText(pattern)}, true)`, "rows of other providers");
      }
    }
  }
  return {
    sql: conditions.length > 0 ? conditions.join(" AND ") : null,
    leftOut: leftOut.length > 0 ? leftOut.join(", ") : null,
  };
}

/** What the provider's column says of Stripe's rows, as an SQL pattern; null when the column names no provider. */
function providerPattern(name: string, values: readonly string[]): string | null {
  const filled = values.filter((value) => !isBlank(value)).map((value) => value.toLowerCase());
  if (PROVIDER_NAMES.includes(name) && filled.some((value) => value.startsWith("stripe"))) return "stripe%";
  if (name === "type" && filled.some((value) => value.includes("::stripe::"))) return "%::stripe::%";
  return null;
}
