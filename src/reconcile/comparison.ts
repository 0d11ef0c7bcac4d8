import { COLUMN_TYPES, type Column } from "../sources/column";
import type { Source } from "../sources/source";
import { holdsType, jsonObject } from "../sources/typed-column";

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

/** Something that cannot be compared, and why, in words for the report. */
export interface NotCompared {
  readonly what: string;
  readonly why: string;
}

/** What two exports let us compare. */
export interface Comparison {
  readonly fields: readonly Field[];
  readonly metadata: boolean;
  /** Times are compared in steps of so many seconds: 60 when one side is cut to the minute, 86,400 when it is cut to the day. */
  readonly timeStep: number;
  /** What cannot be compared, and why, for the report. */
  readonly impossible: readonly NotCompared[];
}

/** Decides what can be compared: a column has to be in both exports and hold the same sort of value. */
export function planComparison(stripe: Source, database: Source): Comparison {
  const impossible: NotCompared[] = [];
  const fields = FIELDS.filter((field) => {
    const why = whyNot(field, stripe, database);
    if (why !== null) impossible.push({ what: field, why });
    return why === null;
  });
  const whyNoMetadata = whyNot("metadata", stripe, database);
  if (whyNoMetadata !== null) impossible.push({ what: "metadata", why: whyNoMetadata });
  for (const source of whyNoMetadata === null ? [stripe, database] : []) {
    if (source.metadataKeys === null) continue;
    impossible.push({
      what: "other metadata keys",
      why: `${source.file.path} has columns for ${source.metadataKeys.length} keys only`,
    });
  }
  impossible.push(...whatCannotBeJudged(stripe, database, fields));
  return {
    fields,
    metadata: whyNoMetadata === null,
    timeStep: Math.max(stripe.timeStep, database.timeStep),
    impossible,
  };
}

function whyNot(column: Column, stripe: Source, database: Source): string | null {
  for (const source of [stripe, database]) {
    if (source.columns[column] !== undefined) continue;
    const name = source.columnNames[column];
    if (name === undefined) return `${source.file.path} has no such column`;
    const type = COLUMN_TYPES[column] ?? "text";
    const kind = { time: "times", boolean: "yes or no", json: "JSON objects", text: "text" }[type];
    const sample = source.sample[column] ?? [];
    const example = (sample.find((value) => !holdsType(type, [value])) ?? sample[0] ?? "").slice(0, 40);
    return `the column "${name}" of ${source.file.path} does not hold ${kind} that can be read (such as "${example}")`;
  }
  if (column === "customer_id" && !holdSameIds(stripe, database, column, /^cus_/))
    return "the database holds ids of its own, not Stripe's";
  if (column === "price_id" && !holdSameIds(stripe, database, column, /^(price|plan)_/))
    return "one export holds names, not Stripe's price ids";
  return column === "metadata" ? whyNoMetadata(stripe, database) : null;
}

/** Both hold ids of Stripe, or some of the same other ids. An empty column has nothing against it: it may be null where Stripe has a value. */
function holdSameIds(stripe: Source, database: Source, column: Column, prefix: RegExp): boolean {
  const ours = new Set(stripe.sample[column] ?? []);
  const theirs = database.sample[column] ?? [];
  if (ours.size === 0 || theirs.length === 0) return true;
  return (
    ([...ours].some((id) => prefix.test(id)) && theirs.some((id) => prefix.test(id))) ||
    theirs.some((id) => ours.has(id))
  );
}

/** So many rows with metadata, and not one key of the same name on the other side, are no drift. */
const MANY_ROWS = 20;

function whyNoMetadata(stripe: Source, database: Source): string | null {
  const theirs = keysOf(database);
  const ours = keysOf(stripe);
  const folded = new Map([...theirs.keys].map((key) => [key.toLowerCase(), key]));
  const lost = [...ours.keys].find((key) => !theirs.keys.has(key) && folded.has(key.toLowerCase()));
  if (stripe.metadataKeys !== null && lost !== undefined) {
    return `its headers lost the letter case of the keys ("${lost}" is "${folded.get(lost.toLowerCase())}" in the database)`;
  }
  const shared = [...theirs.keys].some((key) => ours.keys.has(key));
  const isTelling = ours.filled >= MANY_ROWS || (ours.filled === 0 && ours.rows >= MANY_ROWS);
  if (!shared && isTelling && theirs.filled >= MANY_ROWS) {
    const [example] = theirs.keys;
    return `the two exports share no metadata key, so the database keeps metadata of its own (such as "${example}")`;
  }
  return null;
}

interface Keys {
  readonly rows: number;
  /** Rows that have metadata. */
  readonly filled: number;
  readonly keys: ReadonlySet<string>;
}

function keysOf(source: Source): Keys {
  const { metadataKeys } = source;
  if (metadataKeys !== null) return { rows: MANY_ROWS, filled: MANY_ROWS, keys: new Set(metadataKeys) };
  const objects = (source.sample.metadata ?? []).map((text) => Object.keys(jsonObject(text) ?? {}));
  return {
    rows: objects.length,
    filled: objects.filter((keys) => keys.length > 0).length,
    keys: new Set(objects.flat()),
  };
}

/** What a discrepancy cannot be judged by, for want of a column. */
function whatCannotBeJudged(stripe: Source, database: Source, fields: readonly Field[]): NotCompared[] {
  const found: NotCompared[] = [];
  for (const source of [stripe, database]) {
    if (source.leftOut !== null)
      found.push({ what: `rows of ${source.file.path}`, why: `left out: ${source.leftOut}` });
  }
  if (!fields.includes("customer_id")) {
    found.push({
      what: "other subscriptions of a customer",
      why: "without Stripe's customer ids on both sides it is not known whether the customer of an orphan has another, live subscription",
    });
  }
  if (stripe.columns.created === undefined) {
    found.push({
      what: "creation of subscriptions",
      why: `${stripe.file.path} does not tell when a subscription was created, so one that is missing in the database may have been created around the two exports`,
    });
  }
  if (database.columns.created === undefined && database.columns.updated === undefined) {
    found.push({
      what: "creation of orphans",
      why: `${database.file.path} tells neither when a row was created nor when it changed, so an orphan may have been created after the Stripe export`,
    });
  }
  return found;
}
