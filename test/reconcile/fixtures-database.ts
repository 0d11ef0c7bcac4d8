import { type ApiSubscription, DATABASE_ROWS, type DatabaseRow } from "./fixtures-sample";
import { beforeBasil, rawSyncEngineCsv, syncEngineCsv } from "./fixtures-stripe";
import { type CsvColumn, isoTime, json, printCsv, tf, timestamp, timestamptz } from "./fixtures-text";

/** A database export in the schema of one library, made of the sample. */
export interface DatabaseFormat {
  readonly title: string;
  /** What the summary calls the format. */
  readonly format: string;
  readonly text: () => string;
  readonly carries: readonly (keyof DatabaseRow)[];
  /** The rows it holds, where they are not the sample's. */
  readonly rows?: readonly DatabaseRow[];
  readonly grace?: number;
  /** What goes into `recon.json`. */
  readonly config?: object;
}

const CANONICAL: Readonly<Record<string, string>> = {
  cancelled: "canceled",
  Active: "active",
  "past-due": "past_due",
  archived: "canceled",
};

/** The sample's rows as a column of an enum type holds them: Stripe's own words alone. */
const ENUM_ROWS: readonly DatabaseRow[] = DATABASE_ROWS.map((row) => ({
  ...row,
  status: CANONICAL[row.status] ?? row.status,
  archivedAt: null,
}));

const number = (text: string | null): number => Number.parseInt((text ?? "0").replace(/\D/g, "").slice(0, 7), 10) + 1;

const CASHIER: readonly CsvColumn<DatabaseRow>[] = [
  ["id", (row) => number(row.id)],
  ["user_id", (row) => number(row.customer)],
  ["type", () => "default"],
  ["stripe_id", (row) => row.id],
  ["stripe_status", (row) => row.status],
  ["stripe_price", (row) => row.price],
  ["quantity", (row) => row.quantity],
  ["trial_ends_at", (row) => timestamp(row.trialEnd)],
  ["ends_at", (row) => timestamp(row.endedAt)],
  ["created_at", (row) => timestamp(Math.floor(row.created as number))],
  ["updated_at", (row) => timestamp(Math.floor(row.updated as number))],
];

const PAY: readonly CsvColumn<DatabaseRow>[] = [
  ["id", (row) => number(row.id)],
  ["customer_id", (row) => number(row.customer)],
  ["name", () => "default"],
  ["processor_id", (row) => row.id],
  ["processor_plan", (row) => row.price],
  ["quantity", (row) => row.quantity],
  ["status", (row) => row.status],
  ["current_period_start", (row) => timestamp(row.periodStart)],
  ["current_period_end", (row) => timestamp(row.periodEnd)],
  ["trial_ends_at", (row) => timestamp(row.trialEnd)],
  ["ends_at", (row) => timestamp(row.endedAt)],
  ["metered", () => "f"],
  ["pause_behavior", () => null],
  ["pause_starts_at", () => null],
  ["pause_resumes_at", () => null],
  ["application_fee_percent", () => null],
  ["metadata", (row) => json(row.metadata)],
  ["data", () => "{}"],
  ["created_at", (row) => timestamp(row.created)],
  ["updated_at", (row) => timestamp(row.updated)],
  ["stripe_account", () => null],
  ["payment_method_id", () => null],
  ["type", () => "Pay::Stripe::Subscription"],
];

const DJ_STRIPE: readonly CsvColumn<DatabaseRow>[] = [
  ["djstripe_id", (row) => number(row.id)],
  ["id", (row) => row.id],
  ["livemode", (row) => tf(row.livemode)],
  ["created", (row) => timestamptz(Math.floor(row.created as number))],
  ["metadata", (row) => json(row.metadata)],
  ["description", () => null],
  ["djstripe_created", (row) => timestamptz((row.created as number) + 3)],
  ["djstripe_updated", (row) => timestamptz(row.updated)],
  ["application_fee_percent", () => null],
  ["billing_cycle_anchor", (row) => timestamptz(row.periodStart)],
  ["billing_thresholds", () => null],
  ["cancel_at", () => null],
  ["cancel_at_period_end", (row) => tf(row.cancelAtPeriodEnd)],
  ["canceled_at", (row) => timestamptz(row.canceledAt)],
  ["collection_method", () => "charge_automatically"],
  ["current_period_end", (row) => timestamptz(row.periodEnd)],
  ["current_period_start", (row) => timestamptz(row.periodStart)],
  ["days_until_due", () => null],
  ["ended_at", (row) => timestamptz(row.endedAt)],
  ["quantity", (row) => row.quantity],
  ["start_date", (row) => timestamptz(Math.floor(row.created as number))],
  ["status", (row) => row.status],
  ["trial_end", (row) => timestamptz(row.trialEnd)],
  ["trial_start", () => null],
  ["customer_id", (row) => row.customer],
  ["djstripe_owner_account_id", () => "acct_1HqP6jIgSzDCinL0"],
  ["plan_id", (row) => number(row.price)],
];

const BETTER_AUTH: readonly CsvColumn<DatabaseRow>[] = [
  ["id", (row) => `${row.id.slice(-12)}x${row.id.slice(-20, -12)}`],
  ["plan", () => "growth"],
  ["referenceId", (row) => row.tenant],
  ["stripeCustomerId", (row) => row.customer],
  ["stripeSubscriptionId", (row) => row.id],
  ["status", (row) => row.status],
  ["periodStart", (row) => timestamp(row.periodStart)],
  ["periodEnd", (row) => timestamp(row.periodEnd)],
  ["trialStart", () => null],
  ["trialEnd", (row) => timestamp(row.trialEnd)],
  ["cancelAtPeriodEnd", (row) => tf(row.cancelAtPeriodEnd)],
  ["cancelAt", () => null],
  ["canceledAt", (row) => timestamp(row.canceledAt)],
  ["endedAt", (row) => timestamp(row.endedAt)],
  ["seats", (row) => row.quantity],
];

const VERCEL: readonly CsvColumn<DatabaseRow>[] = [
  ["id", (row) => row.id],
  ["user_id", (row) => `00000000-0000-4000-8000-${String(number(row.customer)).padStart(12, "0")}`],
  ["status", (row) => row.status],
  ["metadata", (row) => json(row.metadata)],
  ["price_id", (row) => row.price],
  ["quantity", (row) => row.quantity],
  ["cancel_at_period_end", (row) => tf(row.cancelAtPeriodEnd)],
  ["created", (row) => timestamptz(Math.floor(row.created as number))],
  ["current_period_start", (row) => timestamptz(row.periodStart)],
  ["current_period_end", (row) => timestamptz(row.periodEnd)],
  ["ended_at", (row) => timestamptz(row.endedAt)],
  ["cancel_at", () => null],
  ["canceled_at", (row) => timestamptz(row.canceledAt)],
  ["trial_start", () => null],
  ["trial_end", (row) => timestamptz(row.trialEnd)],
];

const FIVETRAN: readonly CsvColumn<DatabaseRow & { readonly active: boolean }>[] = [
  ["_fivetran_start", (row) => isoTime(row.active ? row.updated : (row.updated as number) - 3600)],
  ["id", (row) => row.id],
  ["_fivetran_active", (row) => row.active],
  ["_fivetran_end", (row) => (row.active ? "9999-12-31T23:59:59.999Z" : isoTime(row.updated))],
  ["_fivetran_synced", (row) => isoTime(row.updated)],
  ["billing_cycle_anchor", (row) => isoTime(row.periodStart)],
  ["cancel_at_period_end", (row) => row.cancelAtPeriodEnd],
  ["canceled_at", (row) => isoTime(row.canceledAt)],
  ["created", (row) => isoTime(row.created)],
  ["current_period_end", (row) => isoTime(row.periodEnd)],
  ["current_period_start", (row) => isoTime(row.periodStart)],
  ["customer_id", (row) => row.customer],
  ["ended_at", (row) => isoTime(row.endedAt)],
  ["livemode", (row) => row.livemode],
  ["quantity", (row) => row.quantity],
  ["status", (row) => row.status],
  ["trial_end", (row) => isoTime(row.trialEnd)],
  ["metadata", (row) => json(row.metadata)],
];

const NUMBERS: Readonly<Record<string, string>> = {
  incomplete: "0",
  incomplete_expired: "1",
  trialing: "2",
  active: "3",
  past_due: "4",
  unpaid: "5",
  paused: "6",
  canceled: "7",
};

const OWN: readonly CsvColumn<DatabaseRow>[] = [
  ["pk", (row) => number(row.id)],
  ["provider", () => "stripe"],
  ["external_ref", (row) => row.id],
  ["phase", (row) => NUMBERS[row.status] as string],
  ["who", (row) => row.customer],
  ["what", (row) => row.price],
  ["how_many", (row) => row.quantity],
  ["labels", (row) => json(row.metadata)],
  ["until", (row) => timestamptz(row.periodEnd)],
  ["born", (row) => timestamptz(row.created)],
  ["touched", (row) => timestamptz(row.updated)],
];

/** A row as the API object it was written from. */
export function asApiObject(row: DatabaseRow): ApiSubscription {
  const whole = (time: number | null): number | null => (time === null ? null : Math.floor(time));
  const item = {
    id: `si_${row.id.slice(4)}`,
    object: "subscription_item",
    price: { id: row.price as string, object: "price" },
    quantity: row.quantity as number,
    current_period_start: row.periodStart as number,
    current_period_end: row.periodEnd as number,
  };
  return {
    id: row.id,
    object: "subscription",
    customer: row.customer as string,
    status: row.status,
    items: { object: "list", data: [item], has_more: false },
    metadata: row.metadata,
    currency: row.currency,
    cancel_at_period_end: row.cancelAtPeriodEnd,
    canceled_at: row.canceledAt,
    ended_at: row.endedAt,
    trial_end: row.trialEnd,
    livemode: row.livemode,
    created: whole(row.created),
  };
}

const UPDATED = new Map(DATABASE_ROWS.map((row) => [row.id, row.updated as number]));
const syncedAt = (id: string): number => UPDATED.get(id) as number;

const SYNC_ENGINE_CARRIES = [
  "id",
  "customer",
  "status",
  "price",
  "quantity",
  "metadata",
  "periodStart",
  "periodEnd",
  "trialEnd",
  "cancelAtPeriodEnd",
  "canceledAt",
  "endedAt",
  "livemode",
  "created",
  "updated",
] as const satisfies readonly (keyof DatabaseRow)[];

const withHistory = (rows: readonly DatabaseRow[]): (DatabaseRow & { active: boolean })[] =>
  rows.flatMap((row, index) => [
    ...(index % 4 === 0 ? [{ ...row, status: "incomplete", metadata: {}, active: false }] : []),
    { ...row, active: true },
  ]);

/** Every schema a database export is read in. */
export const DATABASE_FORMATS: readonly DatabaseFormat[] = [
  {
    title: "Laravel Cashier",
    format: "Laravel Cashier table",
    text: () => printCsv(DATABASE_ROWS, CASHIER),
    carries: ["id", "status", "price", "quantity", "trialEnd", "created", "updated"],
  },
  {
    title: "Pay",
    format: "Pay (Rails) table",
    text: () => printCsv(DATABASE_ROWS, PAY),
    carries: [
      "id",
      "status",
      "price",
      "quantity",
      "metadata",
      "periodStart",
      "periodEnd",
      "trialEnd",
      "created",
      "updated",
    ],
  },
  {
    title: "dj-stripe",
    format: "dj-stripe table",
    text: () => printCsv(DATABASE_ROWS, DJ_STRIPE),
    carries: SYNC_ENGINE_CARRIES.filter((name) => name !== "price"),
  },
  {
    title: "dj-stripe with stripe_data",
    format: "dj-stripe table",
    text: () =>
      printCsv(DATABASE_ROWS, [
        ["djstripe_id", (row) => number(row.id)],
        ["id", (row) => row.id],
        ["stripe_data", (row) => json(asApiObject(row))],
        ["livemode", (row) => tf(row.livemode)],
        ["created", (row) => timestamptz(Math.floor(row.created as number))],
        ["metadata", (row) => json(row.metadata)],
        ["djstripe_created", (row) => timestamptz((row.created as number) + 3)],
        ["djstripe_updated", (row) => timestamptz(row.updated)],
        ["djstripe_owner_account_id", () => "acct_1HqP6jIgSzDCinL0"],
      ]),
    carries: SYNC_ENGINE_CARRIES,
  },
  {
    title: "sync-engine",
    format: "Stripe sync-engine table",
    text: () => syncEngineCsv(ENUM_ROWS.map(asApiObject), syncedAt),
    rows: ENUM_ROWS,
    carries: SYNC_ENGINE_CARRIES,
  },
  {
    title: "sync-engine before basil",
    format: "Stripe sync-engine table",
    text: () =>
      syncEngineCsv(
        ENUM_ROWS.map((row) => beforeBasil(asApiObject(row)) as ApiSubscription),
        syncedAt,
      ),
    rows: ENUM_ROWS,
    carries: SYNC_ENGINE_CARRIES,
  },
  {
    title: "sync-engine 1.0",
    format: "Stripe sync-engine table",
    text: () => rawSyncEngineCsv(ENUM_ROWS.map(asApiObject), syncedAt),
    rows: ENUM_ROWS,
    carries: SYNC_ENGINE_CARRIES,
  },
  {
    title: "better-auth",
    format: "better-auth table",
    text: () => printCsv(DATABASE_ROWS, BETTER_AUTH),
    carries: [
      "id",
      "customer",
      "status",
      "quantity",
      "periodStart",
      "periodEnd",
      "trialEnd",
      "cancelAtPeriodEnd",
      "canceledAt",
      "endedAt",
    ],
  },
  {
    title: "Vercel starter",
    format: "Vercel starter table",
    text: () => printCsv(ENUM_ROWS, VERCEL),
    rows: ENUM_ROWS,
    carries: [
      "id",
      "status",
      "price",
      "quantity",
      "metadata",
      "periodStart",
      "periodEnd",
      "trialEnd",
      "cancelAtPeriodEnd",
      "canceledAt",
      "endedAt",
      "created",
    ],
  },
  {
    title: "Fivetran subscription_history",
    format: "Fivetran subscription_history",
    text: () => printCsv(withHistory(DATABASE_ROWS), FIVETRAN),
    grace: 6 * 3600,
    carries: SYNC_ENGINE_CARRIES.filter((name) => name !== "price"),
  },
  {
    title: "rows as JSON",
    format: "table rows as JSON",
    text: () =>
      JSON.stringify(
        DATABASE_ROWS.map((row) => ({
          id: row.id,
          customer_id: row.customer,
          tenant_id: row.tenant,
          status: row.status,
          price_id: row.price,
          quantity: row.quantity,
          metadata: row.metadata,
          items: null,
          current_period_start: isoTime(row.periodStart),
          current_period_end: isoTime(row.periodEnd),
          cancel_at_period_end: row.cancelAtPeriodEnd,
          canceled_at: isoTime(row.canceledAt),
          archived_at: isoTime(row.archivedAt),
          livemode: row.livemode,
          created_at: isoTime(row.created),
          updated_at: isoTime(row.updated),
        })),
      ),
    carries: [...SYNC_ENGINE_CARRIES.filter((name) => name !== "trialEnd" && name !== "endedAt"), "archivedAt"],
  },
  {
    title: "sync-engine rows as JSON",
    format: "table rows as JSON",
    text: () =>
      ENUM_ROWS.map(
        (row) => `${JSON.stringify({ ...asApiObject(row), last_synced_at: isoTime(syncedAt(row.id)) })}\n`,
      ).join(""),
    rows: ENUM_ROWS,
    carries: SYNC_ENGINE_CARRIES,
  },
  {
    title: "a table of one's own",
    format: "CSV table, mapped by --config",
    text: () => printCsv(ENUM_ROWS, OWN),
    rows: ENUM_ROWS,
    carries: ["id", "status", "customer", "price", "quantity", "metadata", "periodEnd", "created", "updated"],
    config: {
      database: {
        columns: {
          id: "external_ref",
          status: "phase",
          customer_id: "who",
          price_id: "what",
          quantity: "how_many",
          metadata: "labels",
          current_period_end: "until",
          created: "born",
          updated: "touched",
        },
        statuses: Object.fromEntries(Object.entries(NUMBERS).map(([status, word]) => [word, status])),
      },
    },
  },
];
