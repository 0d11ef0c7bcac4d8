import type { Kind } from "../../src/subscription";

/** A metadata value as it stands in JSON. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * Metadata as an export may hold them: entries in the order they are written, where a key may stand twice; the same as JSON in a
 * JSON text; or something else, given as text. Null is an empty cell.
 */
export type Metadata =
  | { readonly as: "object" | "text"; readonly entries: readonly (readonly [string, JsonValue])[] }
  | { readonly as: "json"; readonly json: string }
  | null;

/** A subscription of either side, before it is written as CSV or JSON. */
export interface Row {
  readonly id: string;
  readonly status: string | null;
  readonly metadata: Metadata;
  /** Price ids; a database has one. */
  readonly prices: readonly string[];
  readonly quantity: string | null;
  readonly customer: string | null;
  /** Unix seconds. */
  readonly start: number | null;
  readonly end: number | null;
  readonly cancels: boolean | null;
  /** When it was written last, Unix seconds; the latest of several rows with one id counts. */
  readonly written: number;
}

/** What is expected of one subscription and kind: its details, parsed. */
export interface Difference {
  readonly id: string;
  readonly kind: Kind;
  readonly details: object;
}

/** What is expected of a reconciliation. */
export interface Expected {
  readonly differences: readonly Difference[];
  readonly stripe: number;
  readonly database: number;
  readonly matched: number;
  /** Ids whose metadata are no object on one side, so that nothing is said of them. */
  readonly unreadable: readonly string[];
}

/** What a database's word stands for, spelled out. A word that is not here stands for itself. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  cancelled: ["canceled"],
  "Past-Due": ["past_due"],
  pastDue: ["past_due"],
  trial: ["trialing"],
  expired: ["incomplete_expired", "canceled"],
  " active ": ["active"],
};

/** Compares two exports one row at a time, with nothing shared with the product but the rules. */
export function compareByHand(stripe: readonly Row[], database: readonly Row[]): Expected {
  let [ours, theirs] = [byId(stripe, false), byId(database, false)];
  const ids = new Set([...ours.keys(), ...theirs.keys()]);
  if ([...ids].some((id) => id !== trimmed(id) && !(ours.has(id) && theirs.has(id)))) {
    [ours, theirs] = [byId(stripe, true), byId(database, true)];
  }
  const differences: Difference[] = [];
  const unreadable: string[] = [];
  let matched = 0;
  for (const id of new Set([...ours.keys(), ...theirs.keys()])) {
    const [s, d] = [ours.get(id), theirs.get(id)];
    if (s && d) matched++;
    const add = (kind: Kind, details: object = {}): void => void differences.push({ id, kind, details });
    const metadata = [s, d].map((row) => (row === undefined ? new Map<string, string>() : mapOf(row.metadata)));
    if (metadata.includes(null) && !(s && d && textOf(s.metadata) === textOf(d.metadata))) {
      unreadable.push(id);
      continue;
    }
    const customer = customerDetails(s?.customer ?? d?.customer ?? null, ours, theirs);
    if (!d) add("missing_in_database", customer);
    else if (!s) add("missing_in_stripe", customer);
    else {
      if (!meansTheSame(s.status, d.status)) add("status_mismatch", customer);
      const parted = partedMetadata(metadata[0] ?? new Map(), metadata[1] ?? new Map());
      if (Object.values(parted).some((part) => Object.keys(part).length > 0))
        add("metadata_mismatch", { metadata: parted });
      const fields = partedFields(s, d);
      if (Object.keys(fields).length > 0) add("field_mismatch", { fields });
    }
  }
  return { differences, stripe: ours.size, database: theirs.size, matched, unreadable };
}

const LIVE = ["trialing", "active", "past_due", "unpaid", "paused"];

/** How many subscriptions a customer has in Stripe, how many of them live, and how many the database has of it. */
function customerDetails(
  customer: string | null,
  ours: ReadonlyMap<string, Row>,
  theirs: ReadonlyMap<string, Row>,
): object {
  if (customer === null) return {};
  const inStripe = [...ours.values()].filter((row) => row.customer === customer);
  const stored = inStripe.filter((row) => theirs.has(keyOf(row, theirs)));
  const orphans = [...theirs].filter(([id, row]) => !ours.has(id) && row.customer === customer);
  const [stripe, database] = [inStripe.length, stored.length + orphans.length];
  if (stripe + database === 0) return {};
  return { customer: { stripe, live: inStripe.filter(lives).length, database } };
}

function lives({ status }: Row): boolean {
  return LIVE.includes((status ?? "").toLowerCase());
}

/** The id a row goes by in the other export: as it is, or without the spaces around it. */
function keyOf(row: Row, others: ReadonlyMap<string, Row>): string {
  return others.has(row.id) ? row.id : trimmed(row.id);
}

function byId(rows: readonly Row[], trims: boolean): Map<string, Row> {
  const chosen = new Map<string, Row>();
  for (const row of rows) {
    const id = trims ? trimmed(row.id) : row.id;
    const other = chosen.get(id);
    if (other === undefined || row.written > other.written) chosen.set(id, row);
  }
  return chosen;
}

/** Without the spaces around it, of which Unicode has several; tabs are part of an id. */
export function trimmed(id: string): string {
  return id.replace(/^\p{Zs}+|\p{Zs}+$/gu, "");
}

function meansTheSame(stripe: string | null, database: string | null): boolean {
  if (stripe === null || database === null) return false;
  const words = WORDS[database] ?? [database.toLowerCase()];
  return words.includes(stripe.toLowerCase());
}

/** Metadata as JSON text, as a cell holds it; null for an empty cell. */
export function textOf(metadata: Metadata): string | null {
  if (metadata === null) return null;
  if (metadata.as === "json") return metadata.json;
  const object = `{${metadata.entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
  return metadata.as === "object" ? object : JSON.stringify(object);
}

/** Metadata as a map of texts, without what is empty; null when they are no object. */
function mapOf(metadata: Metadata): Map<string, string> | null {
  const text = textOf(metadata);
  if (text === null || text.trim() === "") return new Map();
  if (metadata?.as === "json") return isEmptyJson(text) ? new Map() : null;
  const last = new Map(metadata?.entries ?? []);
  const kept = [...last].filter(([, value]) => value !== null && value !== "");
  return new Map(kept.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]));
}

function isEmptyJson(text: string): boolean {
  return ["null", "[]", "{}"].includes(text.trim());
}

function partedMetadata(
  ours: ReadonlyMap<string, string>,
  theirs: ReadonlyMap<string, string>,
): Record<string, object> {
  const added = [...ours].filter(([key]) => !theirs.has(key));
  const removed = [...theirs].filter(([key]) => !ours.has(key));
  const changed = [...ours].filter(([key, value]) => theirs.has(key) && theirs.get(key) !== value);
  return {
    added: fromEntries(added),
    removed: fromEntries(removed),
    changed: fromEntries(changed.map(([key, value]) => [key, { stripe: value, database: theirs.get(key) }])),
  };
}

/** Like Object.fromEntries, for keys such as `__proto__` too. */
function fromEntries(entries: readonly (readonly [string, unknown])[]): object {
  return JSON.parse(`{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`);
}

function partedFields(s: Row, d: Row): Record<string, object> {
  const fields: Record<string, object> = {};
  const add = (field: string, stripe: string | null, database: string | null): void => {
    fields[field] = { stripe, database };
  };
  const [price = null] = d.prices;
  const isOneOfThem = price === null ? s.prices.length > 1 : s.prices.includes(price);
  if (s.prices.length > 0 && !isOneOfThem) add("price_id", s.prices.join(","), price);
  if (s.quantity !== null && (d.quantity === null || Number(s.quantity) !== Number(d.quantity)))
    add("quantity", s.quantity, d.quantity);
  if (s.customer !== null && s.customer !== d.customer) add("customer_id", s.customer, d.customer);
  for (const [field, ours, theirs] of [
    ["current_period_start", s.start, d.start],
    ["current_period_end", s.end, d.end],
  ] as const) {
    if (ours !== null && ours !== theirs) add(field, isoOf(ours), theirs === null ? null : isoOf(theirs));
  }
  if (s.cancels !== null && s.cancels !== (d.cancels ?? false))
    add("cancel_at_period_end", String(s.cancels), d.cancels === null ? null : String(d.cancels));
  return fields;
}

function isoOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
