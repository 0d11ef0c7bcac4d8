import type { Snapshot } from "./subscription-event";

/** A row of the table `subscriptions`. Times are Unix seconds; those of `created_at` and the like are Unix microseconds. */
export interface Row {
  readonly id: string;
  readonly customer_id: string;
  readonly tenant_id: string | null;
  readonly status: string;
  readonly price_id: string | null;
  readonly quantity: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly current_period_start: number | null;
  readonly current_period_end: number | null;
  readonly trial_end: number | null;
  readonly cancel_at_period_end: boolean;
  readonly canceled_at: number | null;
  readonly ended_at: number | null;
  readonly archived_at: number | null;
  readonly livemode: boolean;
  readonly created_at: number;
  readonly updated_at: number;
}

/** What the consumer writes for an event; the rest of a row is the table's own. */
export type Written = Omit<Row, "id" | "archived_at" | "created_at" | "updated_at">;

const written = new WeakMap<Snapshot, Written>();

/** A subscription as a consumer without a fault writes it. Kept, since one world is mirrored many times. */
export function writtenFor(s: Snapshot): Written {
  const kept = written.get(s);
  if (kept !== undefined) return kept;
  const made = write(s);
  written.set(s, made);
  return made;
}

function write(s: Snapshot): Written {
  return {
    customer_id: s.customer,
    tenant_id: s.tenant,
    status: s.status,
    price_id: s.price.id,
    quantity: s.quantity,
    currency: s.price.currency,
    metadata: s.metadata,
    current_period_start: s.periodStart,
    current_period_end: s.periodEnd,
    trial_end: s.trialEnd,
    cancel_at_period_end: s.cancelAtPeriodEnd,
    canceled_at: s.canceledAt,
    ended_at: s.endedAt,
    livemode: s.livemode,
  };
}

/** What a database rightly calls inactive: the word says no more. */
const INACTIVE: readonly string[] = ["canceled", "incomplete_expired", "unpaid", "paused"];

/** What of the two sides differs to the eye, as one text; empty when nothing does. */
export function differenceOf(s: Snapshot | undefined, row: Row | undefined): string {
  if (s === undefined) return row === undefined ? "" : "missing in Stripe";
  if (row === undefined) return "missing in database";
  const differences = [
    s.status === row.status || (row.status === "inactive" && INACTIVE.includes(s.status)) ? "" : `status ${row.status}`,
    s.price.id === row.price_id ? "" : `price ${row.price_id}`,
    s.quantity === row.quantity ? "" : `quantity ${row.quantity}`,
    s.customer === row.customer_id ? "" : `customer ${row.customer_id}`,
    s.periodStart === row.current_period_start ? "" : `start ${row.current_period_start}`,
    s.periodEnd === row.current_period_end ? "" : `end ${row.current_period_end}`,
    s.cancelAtPeriodEnd === row.cancel_at_period_end ? "" : "cancel_at_period_end",
    sameMetadata(s.metadata, row.metadata ?? {}) ? "" : `metadata ${JSON.stringify(row.metadata)}`,
  ];
  return differences.filter((text) => text !== "").join(", ");
}

function sameMetadata(ours: Readonly<Record<string, string>>, theirs: Readonly<Record<string, string>>): boolean {
  if (ours === theirs) return true;
  const keys = Object.keys(ours);
  return keys.length === Object.keys(theirs).length && keys.every((key) => ours[key] === theirs[key]);
}
