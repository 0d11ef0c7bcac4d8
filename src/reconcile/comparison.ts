import type { Column } from "../sources/column";
import type { Source } from "../sources/source";

/** The fields compared beside status and metadata, in the order the report names them. */
export const FIELDS = [
  "price_id",
  "quantity",
  "customer_id",
  "current_period_start",
  "current_period_end",
  "cancel_at_period_end",
] as const satisfies readonly Column[];

/** One of {@link FIELDS}. */
export type Field = (typeof FIELDS)[number];

/** What two exports let us compare. */
export interface Comparison {
  readonly fields: readonly Field[];
  readonly metadata: boolean;
  /** Times are compared in steps of so many seconds: 60 when one side is cut to the minute. */
  readonly timeStep: number;
  /** What cannot be compared, and why, for the report. */
  readonly impossible: readonly { readonly what: string; readonly why: string }[];
}

/** Decides what can be compared: a column has to be in both exports and hold the same sort of value. */
export function planComparison(stripe: Source, database: Source): Comparison {
  const impossible: { what: string; why: string }[] = [];
  const fields = FIELDS.filter((field) => {
    const why = whyNot(field, stripe, database);
    if (why !== null) impossible.push({ what: field, why });
    return why === null;
  });
  const whyNoMetadata = whyNot("metadata", stripe, database);
  if (whyNoMetadata !== null) impossible.push({ what: "metadata", why: whyNoMetadata });
  if (stripe.metadataKeys !== null && whyNoMetadata === null) {
    impossible.push({
      what: "other metadata keys",
      why: `${stripe.file.path} has columns for ${stripe.metadataKeys.length} keys only`,
    });
  }
  return {
    fields,
    metadata: whyNoMetadata === null,
    timeStep: stripe.minutePrecision || database.minutePrecision ? 60 : 1,
    impossible,
  };
}

function whyNot(column: Column, stripe: Source, database: Source): string | null {
  for (const source of [stripe, database]) {
    if (source.columns[column] === undefined) return `${source.file.path} has no such column`;
  }
  if (column === "customer_id" && !hasPrefix(database, column, /^cus_/))
    return "the database holds ids of its own, not Stripe's";
  if (column === "price_id" && !hasPrefix(database, column, /^(price|plan)_/) && !overlaps(stripe, database, column)) {
    return "the database holds names of its own, not Stripe's price ids";
  }
  return null;
}

/** An empty column has nothing against it: it may be null where Stripe has a value. */
function hasPrefix(source: Source, column: Column, prefix: RegExp): boolean {
  const values = source.sample[column] ?? [];
  return values.length === 0 || values.some((value) => prefix.test(value));
}

function overlaps(stripe: Source, database: Source, column: Column): boolean {
  const ours = new Set(stripe.sample[column] ?? []);
  return (database.sample[column] ?? []).some((value) => ours.has(value));
}
