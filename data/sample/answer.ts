/** The known answer: both full states compared one by one, in the plainest way there is. */

import { type Disposition, ENDED_STATUSES, KINDS, type Kind, LIVE_STATUSES, type Reason } from "../../src/subscription";
import { HOUR, iso } from "./calendar";
import type { Snapshot } from "./stripe-subscription";
import type { Row } from "./webhook-consumer";
import { DATABASE_SNAPSHOT, INCIDENT, STRIPE_STARTED } from "./world";

/** How far around the two exports a change counts as in flight, in seconds. */
const GRACE = 600;

interface Finding {
  readonly subscription_id: string;
  readonly kind: Kind;
  readonly disposition: Disposition;
  readonly reason: Reason | null;
}

function includes(list: readonly string[], status: string): boolean {
  return list.includes(status);
}

function canonical(status: string): string {
  const word = status.toLowerCase().replaceAll("-", "_");
  return word === "cancelled" ? "canceled" : word;
}

function metadataText(metadata: Row["metadata"]): string {
  const kept = Object.entries(metadata ?? {}).filter(([, value]) => value !== null && value !== "");
  return JSON.stringify(
    kept.map(([key, value]) => [key, String(value)]).sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
  );
}

/** The Unix seconds at which the two sides of a field may have parted, one a differing field. */
function fieldChanges(s: Readonly<Snapshot>, row: Row): (number | null)[] {
  const changes: (number | null)[] = [];
  const minute = (seconds: number): number => Math.floor(seconds / 60);
  const written = row.updated_at / 1_000_000;
  if (s.price.id !== row.price_id || s.quantity !== row.quantity || s.customer.id !== row.customer_id)
    changes.push(written);
  if (
    minute(s.periodStart) !== minute(row.current_period_start) ||
    minute(s.periodEnd) !== minute(row.current_period_end)
  ) {
    changes.push(s.periodStart);
  }
  if (s.cancelAtPeriodEnd !== row.cancel_at_period_end) changes.push(s.canceledAt);
  return changes;
}

function statusChange(s: Readonly<Snapshot>, row: Row): number | null {
  switch (s.status) {
    case "canceled":
      return s.endedAt ?? s.canceledAt;
    case "incomplete_expired":
      return s.endedAt ?? s.created + 23 * HOUR;
    case "incomplete":
      return s.created;
    case "trialing":
      return s.trialStart ?? s.created;
    case "paused":
      return s.paused?.at ?? null;
    case "past_due":
    case "unpaid":
      return s.periodStart;
    case "active":
      if (canonical(row.status) === "trialing") return s.trialEnd;
      return canonical(row.status) === "incomplete" ? s.created : row.updated_at / 1_000_000;
  }
}

function inFlight(times: readonly (number | null)[]): boolean {
  return times.some((time) => time !== null && time >= STRIPE_STARTED - GRACE && time <= DATABASE_SNAPSHOT + GRACE);
}

/** What an analyst should find in the files, to the last row. */
export function answer(listed: readonly Readonly<Snapshot>[], rows: ReadonlyMap<string, Row>): object {
  const stripe = new Map(listed.map((s) => [s.id, s]));
  const findings: Finding[] = [];

  const hasAnotherLive = (customer: string, id: string): boolean =>
    listed.some((each) => each.customer.id === customer && each.id !== id && includes(LIVE_STATUSES, each.status));

  const judge = (
    kind: Kind,
    s: Readonly<Snapshot> | undefined,
    row: Row | undefined,
    changes: (number | null)[],
  ): [Disposition, Reason | null] => {
    const stripeEnded = s !== undefined && includes(ENDED_STATUSES, s.status);
    const database = row === undefined ? "" : canonical(row.status);
    if (kind === "missing_in_database" && s?.status === "incomplete_expired")
      return ["expected", "incomplete_expired_not_stored"];
    if (
      row !== undefined &&
      (database === "archived" || row.archived_at !== null) &&
      (s === undefined || stripeEnded)
    ) {
      return ["expected", "archived_earlier"];
    }
    if (s === undefined || row === undefined) {
      if (inFlight(changes)) return ["in_flight", "created_between_snapshots"];
    } else if (inFlight([...changes, row.updated_at / 1_000_000])) return ["in_flight", "changed_between_snapshots"];
    const orphanAlive = kind === "missing_in_stripe" && includes(LIVE_STATUSES, database);
    const endedAlive = kind === "status_mismatch" && stripeEnded && includes(LIVE_STATUSES, database);
    if (row !== undefined && (orphanAlive || endedAlive)) {
      const customer = s?.customer.id ?? row.customer_id;
      if (hasAnotherLive(customer, row.id)) return ["review", "customer_has_live_subscription"];
    }
    const runs = s !== undefined && includes(["active", "trialing", "past_due"], s.status);
    if (kind === "status_mismatch" && runs && s.cancelAtPeriodEnd && database === "canceled")
      return ["review", "scheduled_to_cancel"];
    return ["actionable", null];
  };
  const find = (
    kind: Kind,
    s: Readonly<Snapshot> | undefined,
    row: Row | undefined,
    changes: (number | null)[],
  ): void => {
    const [disposition, reason] = judge(kind, s, row, changes);
    findings.push({ subscription_id: s?.id ?? row?.id ?? "", kind, disposition, reason });
  };

  for (const s of listed) {
    const row = rows.get(s.id);
    if (row === undefined) {
      find("missing_in_database", s, row, [s.created]);
      continue;
    }
    if (canonical(row.status) !== s.status) find("status_mismatch", s, row, [statusChange(s, row)]);
    if (metadataText(s.metadata) !== metadataText(row.metadata))
      find("metadata_mismatch", s, row, [row.updated_at / 1_000_000]);
    const changes = fieldChanges(s, row);
    if (changes.length > 0) find("field_mismatch", s, row, changes);
  }
  for (const row of rows.values()) {
    if (!stripe.has(row.id)) find("missing_in_stripe", undefined, row, [row.created_at / 1_000_000]);
  }
  findings.sort((a, b) => (a.subscription_id + a.kind < b.subscription_id + b.kind ? -1 : 1));

  const count = (kind: Kind, disposition: Disposition): number =>
    findings.filter((each) => each.kind === kind && each.disposition === disposition).length;
  const countsOf = (kind: Kind): Record<Disposition, number> => ({
    actionable: count(kind, "actionable"),
    in_flight: count(kind, "in_flight"),
    expected: count(kind, "expected"),
    review: count(kind, "review"),
  });
  return {
    incident: { cause: "missed_webhooks", from: iso(INCIDENT.from), to: iso(INCIDENT.to), tenants: INCIDENT.tenants },
    counts: {
      stripe: listed.length,
      database: rows.size,
      matched: listed.filter((s) => rows.has(s.id)).length,
      ...Object.fromEntries(KINDS.map((kind) => [kind, countsOf(kind)])),
    },
    affected_subscriptions: new Set(
      findings.filter((each) => each.disposition === "actionable").map((each) => each.subscription_id),
    ).size,
    discrepancies: findings,
  };
}
