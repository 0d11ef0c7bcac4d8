import type { Summary } from "../reconcile/summary";
import type { CustomerCounts, Details, Discrepancy, Kind } from "../subscription";
import type { Population } from "./population";
import type { WebhookEvidence } from "./webhook-log/webhook-evidence";

/** A discrepancy with its details parsed and its times in milliseconds. */
export interface Row {
  readonly discrepancy: Discrepancy;
  readonly details: Details;
  /** When Stripe changed, by one of Stripe's own times; null when only the database tells, which bounds it from below. */
  readonly changedAt: number | null;
}

/** One subscription that is affected, with all of its discrepancies. */
export interface Affected {
  readonly id: string;
  readonly rows: readonly Row[];
  readonly kinds: ReadonlySet<Kind>;
  readonly customer: CustomerCounts | null;
  readonly tenant: string | null;
  readonly price: string | null;
  readonly stripeStatus: string | null;
  /** The changes in Stripe it is compared with, as `exposureOf` takes it. */
  readonly stream: string;
  /** The database's own word. */
  readonly databaseStatus: string | null;
  /** The first change of Stripe that the database is known to lack, milliseconds; null when it cannot be told. */
  readonly changedAt: number | null;
  /** When the row was last written, milliseconds. */
  readonly updatedAt: number | null;
}

/** What a drift analysis looks at. */
export interface Evidence {
  /** Subscriptions with an actionable discrepancy or one for review. */
  readonly affected: readonly Affected[];
  /** Discrepancies that the domain explains, such as rows we archived. */
  readonly expected: readonly Row[];
  /** The denominators; null for a discrepancies.csv alone. */
  readonly population: Population | null;
  /** What recon diff said of the two exports; null for a discrepancies.csv alone. */
  readonly summary: Summary | null;
  /** When the exports were taken, milliseconds: the earlier of the two. */
  readonly takenAt: number;
  /** What webhook logs tell of the affected subscriptions, where they were read. */
  readonly webhooks?: WebhookEvidence | undefined;
}

/** A row written at most this long after Stripe's change was written because of it, milliseconds. A payment fails an hour or two after the renewal. */
const HANDLING = 3 * 3_600_000;

/**
 * A payment fails when the renewal's invoice is finalized, about an hour after the period began, which is the time that is known of it.
 * Source: https://docs.stripe.com/billing/subscriptions/overview
 */
const FINALIZING = 45 * 60_000;

/** Whether the row was written at or after the change it lacks: the event came, and was handled wrongly. */
export function isTouched({ changedAt, updatedAt, kinds, stripeStatus }: Affected): boolean {
  if (changedAt === null || updatedAt === null) return false;
  const isArrears = kinds.has("status_mismatch") && (stripeStatus === "past_due" || stripeStatus === "unpaid");
  return updatedAt >= changedAt + (isArrears ? FINALIZING : -1000);
}

/** Whether the row was written because of the very change it lacks. */
export function isHandledWrongly(affected: Affected): boolean {
  return isTouched(affected) && (affected.updatedAt as number) - (affected.changedAt as number) < HANDLING;
}

/** The row of an affected subscription of one kind. */
export function rowOf(affected: Affected, kind: Kind): Row | undefined {
  return affected.rows.find((row) => row.discrepancy.kind === kind);
}
