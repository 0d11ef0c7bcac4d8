/**
 * The words of the product: what a subscription is called on either side, and what may differ.
 *
 * Every other room uses these names: in code, in CSV headers, on screen and in the README.
 */

/** The two sides of a reconciliation. Stripe is the source of truth. */
export type Side = "stripe" | "database";

/**
 * The statuses of a Stripe subscription, in the order of its life.
 * The enum is open: a status Stripe adds later is carried through as text.
 * Source: https://docs.stripe.com/api/subscriptions/object#subscription_object-status
 */
export const STATUSES = [
  "incomplete",
  "incomplete_expired",
  "trialing",
  "active",
  "past_due",
  "unpaid",
  "paused",
  "canceled",
] as const;

/** A Stripe status this version knows. */
export type Status = (typeof STATUSES)[number];

/** Statuses that never change again. Source: https://docs.stripe.com/billing/subscriptions/overview */
export const ENDED_STATUSES = ["canceled", "incomplete_expired"] as const satisfies readonly Status[];

/** Statuses under which a customer usually has access, or is owed a decision about it. */
export const LIVE_STATUSES = [
  "trialing",
  "active",
  "past_due",
  "unpaid",
  "paused",
] as const satisfies readonly Status[];

/** What differs. One discrepancy is one subscription × one kind. */
export const KINDS = [
  "missing_in_database",
  "missing_in_stripe",
  "status_mismatch",
  "metadata_mismatch",
  "field_mismatch",
] as const;

/** One of {@link KINDS}. `missing_in_stripe` is also called an orphan. */
export type Kind = (typeof KINDS)[number];

/**
 * What a discrepancy asks of us:
 * `actionable` repair it · `in_flight` it changed around the snapshots, look again ·
 * `expected` an absence or difference the domain explains · `review` a person must look.
 */
export const DISPOSITIONS = ["actionable", "in_flight", "expected", "review"] as const;

/** One of {@link DISPOSITIONS}. */
export type Disposition = (typeof DISPOSITIONS)[number];

/** How a kind is called on screen. */
export const KIND_TITLES: Readonly<Record<Kind, string>> = {
  missing_in_database: "Missing in database",
  missing_in_stripe: "Missing in Stripe",
  status_mismatch: "Status mismatches",
  metadata_mismatch: "Metadata mismatches",
  field_mismatch: "Field mismatches",
};

/**
 * Why a discrepancy has its disposition. Codes are stable: repair and drift analysis read them.
 * An actionable discrepancy has no reason.
 */
export const REASONS = {
  row_rejected: "its row in the other export could not be read",
  archived_earlier: "the database row was archived by us earlier",
  incomplete_expired_not_stored: "the first payment never succeeded, so it was never stored",
  database_keeps_no_ended: "this database keeps no ended subscriptions",
  test_clock: "it belongs to a test clock",
  created_between_snapshots: "it was created around the time of the two exports",
  changed_between_snapshots: "it changed around the time of the two exports",
  customer_has_live_subscription: "the customer has another live subscription in Stripe",
  scheduled_to_cancel: "it is set to cancel at the period end and still runs in Stripe",
  unknown_database_status: "the database's word for the status is not known",
  duplicate_id: "the id stands in several, different rows of one export",
  older_than_export: "it is older than everything in the Stripe export",
  export_may_be_partial: "so many rows are missing in the Stripe export that it may hold only a part",
  time_unknown: "when its row was made is not known, and the database was read after Stripe",
  other_account: "its id looks like another Stripe account's",
  other_mode: "its row belongs to the other mode (live or test)",
  id_not_stripe: "its id is not one Stripe gives",
} as const;

/** One of the codes of {@link REASONS}. */
export type Reason = keyof typeof REASONS;

/** One row of `discrepancies.csv`. Times are ISO 8601 in UTC, empty fields are null. */
export interface Discrepancy {
  readonly subscription_id: string;
  readonly kind: Kind;
  readonly disposition: Disposition;
  readonly reason: Reason | null;
  readonly customer_id: string | null;
  readonly tenant_id: string | null;
  readonly price_id: string | null;
  readonly livemode: boolean | null;
  readonly stripe_status: string | null;
  readonly database_status: string | null;
  /** The best estimate of when the two sides parted. */
  readonly changed_at: string | null;
  /** Which column `changed_at` came from, such as `stripe.canceled_at`. */
  readonly changed_at_basis: string | null;
  readonly stripe_created_at: string | null;
  readonly database_created_at: string | null;
  readonly database_updated_at: string | null;
  /** JSON: what differs, per metadata key or per field. See {@link Details}. */
  readonly details: string;
}

/** The two values of something that differs; null where a side has none. */
export interface Difference {
  readonly stripe: string | null;
  readonly database: string | null;
}

/** How many subscriptions the customer of a discrepancy has. */
export interface CustomerCounts {
  readonly stripe: number;
  /** Of those in Stripe, the ones that live. */
  readonly live: number;
  readonly database: number;
}

/** The `details` of a discrepancy, parsed. Only the part that belongs to its kind is there. */
export interface Details {
  /** metadata_mismatch: keys Stripe has and the database lacks, the reverse, and keys whose values differ. */
  readonly metadata?: {
    readonly added: Readonly<Record<string, string>>;
    readonly removed: Readonly<Record<string, string>>;
    readonly changed: Readonly<Record<string, Difference>>;
  };
  /** field_mismatch: per field its two values; times are ISO 8601 in UTC. */
  readonly fields?: Readonly<Record<string, Difference>>;
  /** missing_* and status_mismatch, where the customer is known. */
  readonly customer?: CustomerCounts;
  /** The currency it is billed in, where the exports hold several. */
  readonly currency?: string;
}
