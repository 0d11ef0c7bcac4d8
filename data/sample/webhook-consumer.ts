/** The app's webhook consumer: it mirrors each event it gets into the table `subscriptions`, unless its shard drops it. */

import type { Status } from "../../src/subscription";
import { between, hash, randomOf } from "./random";
import type { Happening, Snapshot } from "./stripe-subscription";
import { INCIDENT, METADATA_KEYS, type Tenant } from "./world";

/** What a metadata value may be in the database. */
export type Json = string | number | boolean | null;

/** A row of the table. Times are Unix seconds; `created_at`, `updated_at`, `archived_at` Unix microseconds. */
export interface Row {
  readonly id: string;
  customer_id: string;
  tenant_id: string;
  status: string;
  price_id: string;
  quantity: number;
  currency: string;
  metadata: Readonly<Record<string, Json>> | null;
  current_period_start: number;
  current_period_end: number;
  trial_end: number | null;
  cancel_at_period_end: boolean;
  canceled_at: number | null;
  ended_at: number | null;
  archived_at: number | null;
  livemode: boolean;
  created_at: number;
  updated_at: number;
}

/** How the older build spells three statuses. */
const OLDER_SPELLING: Partial<Record<Status, string>> = {
  active: "Active",
  past_due: "past-due",
  canceled: "cancelled",
};

/** Three workers take turns, second by second; one of such a tenant's three still runs the older build. */
function byOlderWorker(tenant: Tenant, happening: Happening): boolean {
  return tenant.olderWorker && happening.at % 3 === 0;
}

/** The older build stores numbers and booleans as JSON has them. */
function typed([key, value]: readonly [string, string]): readonly [string, Json] {
  if (key === "seats") return [key, Number(value)];
  return [key, value === "true" ? true : value === "false" ? false : value];
}

function storedMetadata(s: Readonly<Snapshot>, older: boolean): Row["metadata"] {
  const entries = Object.entries(s.metadata);
  if (entries.length === 0) return hash(s.id) % 2 === 0 ? null : {};
  if (older) return Object.fromEntries(entries.map(typed));
  if (!s.tenant.fillsKeys) return s.metadata;
  const blanks = METADATA_KEYS.filter((key) => !(key in s.metadata)).map(
    (key, i) => [key, i % 2 === 0 ? null : ""] as const,
  );
  return Object.fromEntries<Json>([...entries, ...blanks]);
}

function columnsOf(happening: Happening): Omit<Row, "id" | "created_at" | "updated_at" | "archived_at"> {
  const s = happening.subscription;
  const older = byOlderWorker(s.tenant, happening);
  return {
    customer_id: s.customer.id,
    tenant_id: s.tenant.id,
    status: older ? (OLDER_SPELLING[s.status] ?? s.status) : s.status,
    price_id: s.price.id,
    quantity: s.quantity,
    currency: s.price.currency,
    metadata: storedMetadata(s, older),
    current_period_start: s.periodStart,
    current_period_end: s.periodEnd,
    trial_end: s.trialEnd,
    cancel_at_period_end: s.cancelAtPeriodEnd,
    canceled_at: s.canceledAt,
    ended_at: s.endedAt,
    livemode: true,
  };
}

/** When the consumer wrote an event, in Unix microseconds: usually one to five seconds after it happened. */
function writtenAt(happening: Happening): number {
  const random = randomOf(`delivery ${happening.subscription.id} ${happening.at} ${happening.type}`);
  const usual = between(random, 900_000, 5_200_000);
  return (
    happening.at * 1_000_000 + (happening.delay === null ? usual : happening.delay * 1_000_000 + (usual % 1_000_000))
  );
}

/**
 * The table as a snapshot at Unix seconds `until` shows it, by id.
 *
 * A row is inserted when a subscription is created or first paid; tenants of the checkout flow store none before.
 * Any other event updates the row it finds and, finding none, changes nothing.
 */
export function consume(happenings: readonly Happening[], until: number): Map<string, Row> {
  const rows = new Map<string, Row>();
  const deliveries = happenings
    .map((happening) => ({ happening, written: writtenAt(happening) }))
    .filter(({ written }) => written <= until * 1_000_000)
    .sort((a, b) => a.written - b.written);
  for (const { happening, written } of deliveries) {
    const { id, status, tenant } = happening.subscription;
    const arrived = Math.floor(written / 1_000_000);
    if (tenant.onFailedShard && arrived >= INCIDENT.from && arrived < INCIDENT.to) continue;
    const row = rows.get(id);
    if (row !== undefined) {
      Object.assign(row, columnsOf(happening), { updated_at: written });
      continue;
    }
    const unpaid = status === "incomplete" || status === "incomplete_expired";
    const begins = happening.type === "created" || happening.was === "incomplete";
    if (!begins || (unpaid && (tenant.flow === "checkout" || happening.type !== "created"))) continue;
    rows.set(id, { id, ...columnsOf(happening), archived_at: null, created_at: written, updated_at: written });
  }
  return rows;
}
