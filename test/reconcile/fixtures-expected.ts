import { type Disposition, ENDED_STATUSES, type Kind, LIVE_STATUSES } from "../../src/subscription";
import {
  DATABASE_AS_OF,
  DATABASE_ROWS,
  type DatabaseRow,
  type Finding,
  STRIPE_AS_OF,
  type StripeSubscription,
  SUBSCRIPTIONS,
} from "./fixtures-sample";

/** What a pair of formats carries of the sample, and how exactly. */
export interface Carried {
  readonly stripe: readonly (keyof StripeSubscription)[];
  readonly database: readonly (keyof DatabaseRow)[];
  /** Other rows than the sample's. */
  readonly rows?: readonly DatabaseRow[] | undefined;
  /** Seconds that times are cut to. */
  readonly timeStep?: number | undefined;
  /** Seconds a change may take to show. */
  readonly grace?: number | undefined;
}

const FIELDS = ["price", "quantity", "customer", "periodStart", "periodEnd", "cancelAtPeriodEnd"] as const;
const SYNONYMS: Readonly<Record<string, string>> = { cancelled: "canceled", Active: "active", "past-due": "past_due" };
const DAY = 86_400;

/**
 * The discrepancies a pair of formats can show: every subscription of the sample against every row, one by one, with the
 * members the formats do not carry blanked out before. Plain loops, nothing of the product but its words.
 */
export function expectedFindings(carried: Carried): Finding[] {
  const subscriptions = SUBSCRIPTIONS.map((each) => keep(each, carried.stripe));
  const rows = new Map((carried.rows ?? DATABASE_ROWS).map((each) => [each.id, keep(each, carried.database)]));
  const stripe = new Map(subscriptions.map((each) => [each.id, each]));
  const fields = FIELDS.filter((field) => carried.stripe.includes(field) && carried.database.includes(field));
  const grace = carried.grace ?? 600;
  const [from, to] = [Date.parse(STRIPE_AS_OF.from) / 1000 - grace, Date.parse(DATABASE_AS_OF) / 1000 + grace];
  const stripeUntil = Date.parse(STRIPE_AS_OF.to) / 1000;
  const inWindow = (time: number | null): boolean => time !== null && time >= from && time <= to;
  const happened = (time: number | null): number | null => (time !== null && time <= stripeUntil ? time : null);
  const customersAlive = new Map<string, number>();
  for (const { customer, status } of subscriptions) {
    if (customer !== null && has(LIVE_STATUSES, status))
      customersAlive.set(customer, (customersAlive.get(customer) ?? 0) + 1);
  }
  const oldest = Math.min(...subscriptions.flatMap((each) => each.created ?? []));
  const findings: Finding[] = [];

  const add = (
    kind: Kind,
    s: StripeSubscription | undefined,
    row: DatabaseRow | undefined,
    parted: (number | null)[],
  ) => {
    const reason = reasonOf(kind, s, row, parted);
    const disposition: Disposition =
      reason === null
        ? "actionable"
        : reason.endsWith("between_snapshots")
          ? "in_flight"
          : ["archived_earlier", "incomplete_expired_not_stored"].includes(reason)
            ? "expected"
            : "review";
    findings.push({ subscription_id: s?.id ?? row?.id ?? "", kind, disposition, reason });
  };
  const reasonOf = (
    kind: Kind,
    s: StripeSubscription | undefined,
    row: DatabaseRow | undefined,
    parted: (number | null)[],
  ): string | null => {
    const status = row === undefined ? "" : (SYNONYMS[row.status] ?? row.status);
    const ended = s !== undefined && has(ENDED_STATUSES, s.status);
    if (row !== undefined && (status === "archived" || row.archivedAt !== null) && (s === undefined || ended))
      return "archived_earlier";
    if (kind === "missing_in_database" && s?.status === "incomplete_expired") return "incomplete_expired_not_stored";
    if (s === undefined || row === undefined) {
      if (parted.some(inWindow)) return "created_between_snapshots";
    } else if ([...parted, row.updated].some(inWindow)) return "changed_between_snapshots";
    const customer = s?.customer ?? row?.customer ?? null;
    const alive = customer !== null && (customersAlive.get(customer) ?? 0) > 0;
    if (kind === "missing_in_stripe") {
      const time = row?.created ?? row?.updated ?? null;
      if (time !== null && Number.isFinite(oldest) && time < oldest) return "older_than_export";
      if (!has(ENDED_STATUSES, status) && alive) return "customer_has_live_subscription";
    }
    if (kind === "status_mismatch" && s !== undefined) {
      if (ended && !has(ENDED_STATUSES, status) && alive) return "customer_has_live_subscription";
      if (
        status === "canceled" &&
        has(LIVE_STATUSES, s.status) &&
        (s.cancelAtPeriodEnd === true || s.cancelAt !== null)
      )
        return "scheduled_to_cancel";
    }
    return null;
  };

  for (const s of subscriptions) {
    const row = rows.get(s.id);
    if (row === undefined) {
      add("missing_in_database", s, row, [s.created]);
      continue;
    }
    const status = SYNONYMS[row.status] ?? row.status;
    if (status !== s.status) add("status_mismatch", s, row, [statusParted(s, row, status, happened)]);
    if (carried.stripe.includes("metadata") && carried.database.includes("metadata")) {
      if (metadataText(s.metadata) !== metadataText(row.metadata))
        add("metadata_mismatch", s, row, [row.updated ?? row.created ?? s.created]);
    }
    const step = carried.timeStep ?? 1;
    const parted = fields
      .filter((field) => s[field] !== null && differs(field, s[field], row[field], step))
      .map((field) =>
        field === "cancelAtPeriodEnd" && s.cancelAtPeriodEnd === true && s.canceledAt !== null
          ? s.canceledAt
          : field.startsWith("period")
            ? (happened(s.periodStart) ?? row.updated ?? s.created)
            : (row.updated ?? row.created ?? s.created),
      );
    if (parted.length > 0) add("field_mismatch", s, row, parted);
  }
  for (const row of rows.values()) {
    if (!stripe.has(row.id)) add("missing_in_stripe", undefined, row, [row.created ?? row.updated ?? row.periodStart]);
  }
  return findings.sort((a, b) => (a.subscription_id + a.kind < b.subscription_id + b.kind ? -1 : 1));
}

function statusParted(
  s: StripeSubscription,
  row: DatabaseRow,
  status: string,
  happened: (time: number | null) => number | null,
): number | null {
  const period = happened(s.periodStart);
  if (s.status === "canceled") return s.endedAt ?? s.canceledAt ?? row.updated;
  if (s.status === "incomplete_expired") return s.endedAt ?? (s.created === null ? null : s.created + DAY - 3600);
  if (s.status === "incomplete") return s.created;
  if (s.status === "trialing") return s.trialStart ?? s.created;
  if (s.status === "paused") return s.pausedAt ?? happened(s.trialEnd) ?? period ?? row.updated;
  if (s.status === "past_due" || s.status === "unpaid") return period ?? row.updated;
  if (status === "trialing") return happened(s.trialEnd) ?? row.updated ?? s.created;
  return status === "incomplete" ? s.created : (row.updated ?? row.canceledAt ?? s.created);
}

function differs(field: string, ours: unknown, theirs: unknown, step: number): boolean {
  if (field === "cancelAtPeriodEnd") return ours !== (theirs ?? false);
  if (!field.startsWith("period") || theirs === null) return ours !== theirs;
  return Math.floor((ours as number) / step) !== Math.floor((theirs as number) / step);
}

function has(words: readonly string[], word: string): boolean {
  return words.includes(word);
}

/** A record with every member blanked that is not carried. */
function keep<T extends object>(record: T, members: readonly (keyof T)[]): T {
  const blank = Object.fromEntries(Object.keys(record).map((key) => [key, null])) as T;
  for (const member of members) blank[member] = record[member];
  return blank;
}

/** Metadata as text: sorted, and without what Stripe cannot store. */
export function metadataText(metadata: Readonly<Record<string, unknown>> | null): string {
  const kept = Object.entries(metadata ?? {}).filter(([, value]) => value !== null && value !== "");
  return JSON.stringify(
    kept.map(([key, value]) => [key, String(value)]).sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
  );
}

/** All a subscription of the sample has. */
export const ALL_OF_STRIPE = Object.keys(SUBSCRIPTIONS[0] ?? {}) as (keyof StripeSubscription)[];
/** All a row of the sample has. */
export const ALL_OF_DATABASE = Object.keys(DATABASE_ROWS[0] ?? {}) as (keyof DatabaseRow)[];
