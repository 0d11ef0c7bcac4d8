import type { Side } from "../subscription";

/** A format an export can have, recognized by the columns only it has. */
export interface Format {
  readonly name: string;
  /** How the report calls it. */
  readonly title: string;
  /** Which side holds such a file. */
  readonly side: Side | "either";
  /** Groups of plain column names: of each group one must be there. */
  readonly needs: readonly (readonly string[])[];
  /** Seconds a change may take to appear in such an export. */
  readonly graceSeconds?: number;
}

/** Ten minutes: the API is read-after-write, a webhook handler takes seconds to minutes. */
export const GRACE_SECONDS = 600;

/** Sigma and Data Pipeline lag about three hours. Source: https://docs.stripe.com/data/data-freshness */
const SIGMA_GRACE_SECONDS = 14_400;

/** Fivetran copies every six hours unless told otherwise. Source: https://fivetran.com/docs/core-concepts/syncoverview */
const FIVETRAN_GRACE_SECONDS = 21_600;

/** A list, search result, array or lines of API objects. */
export const API_JSON: Format = { name: "api-json", title: "Stripe API JSON (CLI)", side: "stripe", needs: [] };

/** Rows of a table as JSON objects. */
export const TABLE_JSON: Format = { name: "table-json", title: "table rows as JSON", side: "database", needs: [] };

/** The formats of a CSV, most particular first. */
export const CSV_FORMATS: readonly Format[] = [
  {
    name: "dashboard-csv",
    title: "Stripe Dashboard CSV",
    side: "stripe",
    needs: [
      [
        "Created (UTC)",
        "Start (UTC)",
        "Start Date (UTC)",
        "Current Period Start (UTC)",
        "Current Period End (UTC)",
        "Trial End (UTC)",
        "Canceled At (UTC)",
        "Ended At (UTC)",
        "Customer ID",
        "Customer Email",
        "Customer Description",
        "Cancellation Reason",
      ],
    ],
  },
  { name: "sync-engine", title: "Stripe sync-engine table", side: "either", needs: [["raw_data", "last_synced_at"]] },
  {
    name: "fivetran",
    title: "Fivetran subscription_history",
    side: "either",
    needs: [["fivetran_synced"]],
    graceSeconds: FIVETRAN_GRACE_SECONDS,
  },
  {
    name: "dj-stripe",
    title: "dj-stripe table",
    side: "database",
    needs: [["djstripe_id", "djstripe_created", "djstripe_owner_account_id"]],
  },
  { name: "cashier", title: "Laravel Cashier table", side: "database", needs: [["stripe_status"], ["stripe_id"]] },
  { name: "pay", title: "Pay (Rails) table", side: "database", needs: [["processor_id"], ["processor_plan"]] },
  {
    name: "better-auth",
    title: "better-auth table",
    side: "database",
    needs: [["stripe_subscription_id"], ["reference_id"]],
  },
  {
    name: "default-table",
    title: "subscriptions table (psql COPY)",
    side: "database",
    needs: [["updated_at", "archived_at", "tenant_id", "created_at"], ["status"]],
  },
  {
    name: "sigma-csv",
    title: "Stripe Sigma or Data Pipeline CSV",
    side: "stripe",
    needs: [
      ["batch_timestamp", "automatic_tax_enabled", "cancellation_details_reason"],
      ["customer_id"],
      ["status"],
      ["billing_cycle_anchor", "price_id", "plan_id"],
    ],
    graceSeconds: SIGMA_GRACE_SECONDS,
  },
  {
    name: "vercel-starter",
    title: "Vercel starter table",
    side: "database",
    needs: [["user_id"], ["price_id"], ["created"]],
  },
  {
    name: "api-csv",
    title: "flattened API CSV",
    side: "either",
    needs: [["created"], ["customer", "customer_id", "customer.id"]],
  },
];

/** Any other table that has an id and a status. */
export const OTHER_TABLE: Format = { name: "other-table", title: "CSV table", side: "either", needs: [] };

/** The format of a CSV by its header, as exported and as plain names. */
export function recognizeCsv(names: readonly string[], plainNames: readonly string[]): Format {
  const present = new Set([...plainNames, ...names.map((name) => name.toLowerCase())]);
  return (
    CSV_FORMATS.find((format) =>
      format.needs.every((group) => group.some((name) => present.has(name.toLowerCase()))),
    ) ?? OTHER_TABLE
  );
}
