/**
 * The columns both sides are read into, whatever the export calls them.
 *
 * Units once read: times are Unix seconds in UTC, booleans are booleans, `metadata` is the text of a JSON object,
 * everything else is text as exported.
 */
export const COLUMNS = [
  "id",
  "customer_id",
  "tenant_id",
  "status",
  "price_id",
  "quantity",
  "currency",
  "metadata",
  "current_period_start",
  "current_period_end",
  "trial_start",
  "trial_end",
  "paused_at",
  "cancel_at_period_end",
  "cancel_at",
  "canceled_at",
  "ended_at",
  "archived_at",
  "livemode",
  "test_clock",
  "created",
  "updated",
] as const;

/** One of {@link COLUMNS}. */
export type Column = (typeof COLUMNS)[number];

/** What a column's text means. */
export type ColumnType = "text" | "time" | "boolean" | "json";

/** The type of each column that is not plain text. */
export const COLUMN_TYPES: Readonly<Partial<Record<Column, ColumnType>>> = {
  metadata: "json",
  current_period_start: "time",
  current_period_end: "time",
  trial_start: "time",
  trial_end: "time",
  paused_at: "time",
  cancel_at_period_end: "boolean",
  cancel_at: "time",
  canceled_at: "time",
  ended_at: "time",
  archived_at: "time",
  livemode: "boolean",
  created: "time",
  updated: "time",
};

/**
 * The names a column goes by in exports, best first, in the form {@link plainName} gives. Each also goes by `stripe_` and the
 * name, which is better still: a table may have a `status` of its own beside `stripe_status`.
 * Sources: the header of a Stripe Dashboard export, the API reference, Sigma's schema, and the schemas of Laravel Cashier,
 * Pay, dj-stripe, stripe sync-engine, better-auth, the Vercel starter and Fivetran.
 */
export const COLUMN_NAMES: Readonly<Record<Column, readonly string[]>> = {
  id: ["subscription_id", "processor_id", "djstripe_id", "subscription", "id"],
  customer_id: ["customer_id", "customer"],
  tenant_id: [
    "tenant_id",
    "tenant",
    "organization_id",
    "org_id",
    "workspace_id",
    "team_id",
    "account_id",
    "reference_id",
  ],
  status: ["status", "subscription_status", "state"],
  price_id: ["price_id", "price", "processor_plan", "plan_id", "plan"],
  quantity: ["quantity", "seats"],
  currency: ["currency"],
  metadata: ["metadata"],
  current_period_start: ["current_period_start", "period_start", "current_period_starts_at"],
  current_period_end: ["current_period_end", "period_end", "current_period_ends_at"],
  trial_start: ["trial_start", "trial_starts_at"],
  trial_end: ["trial_end", "trial_ends_at"],
  paused_at: ["paused_at"],
  cancel_at_period_end: ["cancel_at_period_end"],
  cancel_at: ["cancel_at"],
  canceled_at: ["canceled_at", "cancelled_at"],
  ended_at: ["ended_at"],
  archived_at: ["archived_at", "deleted_at"],
  livemode: ["livemode", "live_mode"],
  test_clock: ["test_clock", "test_clock_id"],
  created: ["created", "created_at", "inserted_at", "djstripe_created"],
  updated: ["updated_at", "updated", "djstripe_updated", "last_synced_at", "fivetran_start", "fivetran_synced"],
};

/**
 * A header as a plain name: lower case, words joined by `_`, without the Dashboard's "(UTC)".
 * `Current Period End (UTC)` and `currentPeriodEnd` both become `current_period_end`.
 */
export function plainName(header: string): string {
  return header
    .replace(/\(utc\)/gi, " ")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+(?=[a-z])|_+$/g, "");
}
