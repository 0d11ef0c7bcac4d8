import type { Details, Discrepancy } from "../subscription";
import { parseTime } from "./parse-time";

/**
 * When Stripe made the first change that the database is known to lack, milliseconds; null when no time of Stripe tells it.
 *
 * A row whose period is behind missed the renewal at the end of the period it holds, which may be long before Stripe's current period.
 * A time that comes from the database (`database.updated_at`) only bounds the change from below and is none.
 */
export function firstMissedChange(discrepancy: Discrepancy, details: Details): number | null {
  const { kind, changed_at, changed_at_basis: basis, database_updated_at } = discrepancy;
  const changedAt = parseTime(changed_at);
  if (changedAt === null || basis === null) return null;
  if (kind === "missing_in_stripe") return basis === "database.created_at" ? changedAt : null;
  if (!basis.startsWith("stripe.")) return null;
  // Metadata, price and quantity have no time in Stripe: the creation is then only the last resort of an estimate.
  if (kind === "metadata_mismatch" || (kind === "field_mismatch" && basis === "stripe.created")) return null;
  const held = parseTime(details.fields?.["current_period_end"]?.database);
  if (kind !== "field_mismatch" || held === null) return changedAt;
  const written = parseTime(database_updated_at) ?? Number.NEGATIVE_INFINITY;
  return held < changedAt && held >= written ? held : changedAt;
}
