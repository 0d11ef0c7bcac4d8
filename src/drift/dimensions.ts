import type { Affected } from "./evidence";

/** What a pattern may concentrate on, as `population.csv` names it. */
export type Dimension = keyof typeof DIMENSIONS;

/** How an affected subscription stands in each dimension; null where that is not known. */
export const DIMENSIONS = {
  tenant_id: ({ tenant }) => tenant,
  customer_id: ({ rows }) => rows[0]?.discrepancy.customer_id ?? null,
  price_id: ({ price }) => price,
  stripe_status: ({ stripeStatus }) => stripeStatus,
  currency: ({ rows }) => rows.find(({ details }) => details.currency !== undefined)?.details.currency ?? null,
  livemode: ({ rows }) => (rows[0]?.discrepancy.livemode == null ? null : String(rows[0].discrepancy.livemode)),
  account_fragment: ({ id }) => fragmentOf(id),
  created_month: ({ rows }) =>
    (rows[0]?.discrepancy.stripe_created_at ?? rows[0]?.discrepancy.database_created_at)?.slice(0, 7) ?? null,
  hour_of_day: ({ changedAt }) =>
    changedAt === null ? null : String(new Date(changedAt).getUTCHours()).padStart(2, "0"),
} as const satisfies Readonly<Record<string, (affected: Affected) => string | null>>;

/** The account fragment of an id, null for ids without: ten characters that long ids of one account share. */
export function fragmentOf(id: string): string | null {
  return id.length >= 28 && id.startsWith("sub_1") ? id.slice(10, 20) : null;
}
