import {
  API_OBJECTS,
  type ApiItem,
  type ApiSubscription,
  type StripeSubscription,
  SUBSCRIPTIONS,
} from "./fixtures-sample";
import {
  type CsvColumn,
  type CsvStyle,
  isoTime,
  json,
  milliseconds,
  minutes,
  printCsv,
  tf,
  timestamptz,
} from "./fixtures-text";

/** All members but what no export beside the API's own objects has. */
const WITHOUT_PAUSED_AT = [
  "id",
  "customer",
  "status",
  "price",
  "quantity",
  "currency",
  "metadata",
  "created",
  "periodStart",
  "periodEnd",
  "trialStart",
  "trialEnd",
  "cancelAtPeriodEnd",
  "cancelAt",
  "canceledAt",
  "endedAt",
  "livemode",
] as const satisfies readonly (keyof StripeSubscription)[];

/** A Stripe export in one format, made of the sample. */
export interface StripeFormat {
  readonly title: string;
  /** What the summary calls the format. */
  readonly format: string;
  readonly text: () => string;
  /** Sigma's second file. */
  readonly metadataText?: () => string;
  readonly carries: readonly (keyof StripeSubscription)[];
  readonly timeStep?: number;
  readonly grace?: number;
  /** What the report must say cannot be compared, beside the fields that are not carried. */
  readonly alsoNotCompared?: readonly string[];
  /** Why nothing may be called missing in Stripe. */
  readonly withheld?: RegExp;
}

/** Every metadata key of the sample. */
const METADATA_KEYS = [...new Set(SUBSCRIPTIONS.flatMap(({ metadata }) => Object.keys(metadata)))];

const DASHBOARD: readonly CsvColumn<StripeSubscription>[] = [
  ["id", (s) => s.id],
  ["Customer ID", (s) => s.customer],
  ["Customer Email", (s) => `${s.customer}@example.com`],
  ["Plan", (s) => s.price],
  ["Quantity", (s) => s.quantity],
  ["Currency", (s) => s.currency],
  ["Interval", () => "month"],
  ["Amount", () => "1,049.00"],
  ["Status", (s) => s.status],
  ["Cancellation Reason", () => null],
  ["Created (UTC)", (s) => minutes(s.created)],
  ["Start (UTC)", (s) => minutes(s.created)],
  ["Start Date (UTC)", (s) => minutes(s.created)],
  ["Current Period Start (UTC)", (s) => minutes(s.periodStart)],
  ["Current Period End (UTC)", (s) => minutes(s.periodEnd)],
  ["Trial Start (UTC)", (s) => minutes(s.trialStart)],
  ["Trial End (UTC)", (s) => minutes(s.trialEnd)],
  ["Canceled At (UTC)", (s) => minutes(s.canceledAt)],
  ["Ended At (UTC)", (s) => minutes(s.endedAt)],
  ...METADATA_KEYS.map((key): CsvColumn<StripeSubscription> => [`${key} (metadata)`, (s) => s.metadata[key] ?? null]),
];

/** A Dashboard export; its user chose all columns, or those of `style.order`. */
export function dashboardCsv(style: CsvStyle = {}): string {
  return printCsv(SUBSCRIPTIONS, DASHBOARD, { byteOrderMark: true, ...style });
}

/** The headers of a Dashboard export. */
export const DASHBOARD_HEADERS: readonly string[] = DASHBOARD.map(([header]) => header);

const SIGMA: readonly CsvColumn<StripeSubscription>[] = [
  ["id", (s) => s.id],
  ["application_fee_percent", () => null],
  ["automatic_tax_enabled", () => false],
  ["batch_timestamp", () => 1_793_580_000],
  ["billing", () => "charge_automatically"],
  ["billing_cycle_anchor", (s) => milliseconds(s.created)],
  ["cancel_at", (s) => milliseconds(s.cancelAt)],
  ["cancel_at_period_end", (s) => s.cancelAtPeriodEnd],
  ["canceled_at", (s) => milliseconds(s.canceledAt)],
  ["created", (s) => milliseconds(s.created)],
  ["current_period_end", (s) => milliseconds(s.periodEnd)],
  ["current_period_start", (s) => milliseconds(s.periodStart)],
  ["customer_id", (s) => s.customer],
  ["days_until_due", () => null],
  ["ended_at", (s) => milliseconds(s.endedAt)],
  ["latest_invoice_id", () => null],
  ["plan_id", (s) => s.price],
  ["price_id", (s) => s.price],
  ["quantity", (s) => s.quantity],
  ["start_date", (s) => milliseconds(s.created)],
  ["status", (s) => s.status],
  ["trial_end", (s) => milliseconds(s.trialEnd)],
  ["trial_start", (s) => milliseconds(s.trialStart)],
];

function sigmaMetadata(): string {
  const rows = SUBSCRIPTIONS.flatMap(({ id, metadata }) =>
    Object.entries(metadata).map(([key, value]) => ({ id, key, value })),
  );
  return printCsv(rows, [
    ["batch_timestamp", () => 1_793_580_000],
    ["key", (row) => row.key],
    ["subscription_id", (row) => row.id],
    ["value", (row) => row.value],
  ]);
}

/** An API object as an API version before 2025-03-31.basil renders it: period, plan and quantity at the top. */
export function beforeBasil(object: ApiSubscription): object {
  const items = object.items.data.map(({ current_period_start, current_period_end, ...item }) => ({
    ...item,
    plan: { id: item.price.id, object: "plan" },
  }));
  const first = object.items.data[0] as ApiItem;
  return {
    ...object,
    billing_mode: undefined,
    status_details: undefined,
    current_period_start: Math.max(...object.items.data.map((item) => item.current_period_start)),
    current_period_end: Math.min(...object.items.data.map((item) => item.current_period_end)),
    items: { ...object.items, data: items },
    plan: items.length === 1 ? { id: first.price.id, object: "plan", active: true } : null,
    quantity: items.length === 1 ? first.quantity : undefined,
  };
}

const member =
  (name: string) =>
  (object: ApiSubscription): string | number | boolean | null =>
    (object[name] ?? null) as string | number | boolean | null;

/** Columns of an API subscription that both shapes of the sync-engine's table share. */
const SYNC_ENGINE_MEMBERS = [
  "id",
  "object",
  "cancel_at_period_end",
  "default_payment_method",
  "status",
  "application_fee_percent",
  "billing_cycle_anchor",
  "cancel_at",
  "canceled_at",
  "collection_method",
  "created",
  "ended_at",
  "livemode",
  "start_date",
  "trial_end",
  "trial_start",
  "customer",
  "latest_invoice",
] as const;

const psql = (cell: CsvColumn<ApiSubscription>[1]): CsvColumn<ApiSubscription>[1] => {
  return (object) => {
    const value = cell(object);
    return typeof value === "boolean" ? tf(value) : value;
  };
};

/** `stripe.subscriptions` as the sync-engine kept it before its version 1.0. */
export function syncEngineCsv(objects: readonly ApiSubscription[], syncedAt: (id: string) => number): string {
  return printCsv(objects, [
    ...SYNC_ENGINE_MEMBERS.map((name): CsvColumn<ApiSubscription> => [name, psql(member(name))]),
    ["current_period_end", (object) => json(object["current_period_end"])],
    ["current_period_start", (object) => json(object["current_period_start"])],
    ["items", (object) => json(object.items)],
    ["metadata", (object) => json(object["metadata"])],
    ["plan", (object) => json(object["plan"])],
    ["updated_at", (object) => timestamptz(syncedAt(object.id))],
    ["last_synced_at", (object) => timestamptz(syncedAt(object.id))],
  ]);
}

/** `stripe.subscriptions` of the sync-engine since version 1.0: the object, and columns generated from it. */
export function rawSyncEngineCsv(objects: readonly ApiSubscription[], syncedAt: (id: string) => number): string {
  return printCsv(objects, [
    ["_raw_data", (object) => json(object)],
    ["_last_synced_at", (object) => timestamptz(syncedAt(object.id))],
    ["_updated_at", (object) => timestamptz(syncedAt(object.id))],
    ["_account_id", () => "acct_1HqP6jIgSzDCinL0"],
    ...SYNC_ENGINE_MEMBERS.map((name): CsvColumn<ApiSubscription> => [name, psql(member(name))]),
    ["items", (object) => json(object.items)],
    ["metadata", (object) => json(object["metadata"])],
    ["plan", (object) => json(object["plan"])],
    ["current_period_end", (object) => json(object["current_period_end"])],
    ["current_period_start", (object) => json(object["current_period_start"])],
  ]);
}

/** A table with the API's own names, one column a member, objects as JSON. */
export function flatCsv(objects: readonly object[]): string {
  const names = [
    "id",
    "object",
    "customer",
    "status",
    "created",
    "currency",
    "livemode",
    "cancel_at_period_end",
    "cancel_at",
    "canceled_at",
    "ended_at",
    "current_period_start",
    "current_period_end",
    "trial_start",
    "trial_end",
    "items",
    "plan",
    "quantity",
    "metadata",
  ];
  const cell =
    (name: string) =>
    (object: Readonly<Record<string, unknown>>): string | number | boolean | null => {
      const value = object[name] ?? null;
      return typeof value === "object" ? json(value) : (value as string | number | boolean);
    };
  return printCsv(
    objects as readonly Record<string, unknown>[],
    names.map((name) => [name, cell(name)] as const),
  );
}

const FIVETRAN: readonly CsvColumn<StripeSubscription & { readonly active: boolean }>[] = [
  ["_fivetran_start", (s) => isoTime(s.active ? 1_793_500_000 : 1_793_400_000)],
  ["_fivetran_end", (s) => isoTime(s.active ? 253_402_300_799 : 1_793_499_999)],
  ["_fivetran_active", (s) => s.active],
  ["_fivetran_synced", () => isoTime(1_793_500_000)],
  ["id", (s) => s.id],
  ["customer_id", (s) => s.customer],
  ["status", (s) => s.status],
  ["billing_cycle_anchor", (s) => isoTime(s.created)],
  ["cancel_at", (s) => isoTime(s.cancelAt)],
  ["cancel_at_period_end", (s) => s.cancelAtPeriodEnd],
  ["canceled_at", (s) => isoTime(s.canceledAt)],
  ["created", (s) => isoTime(s.created)],
  ["current_period_end", (s) => isoTime(s.periodEnd)],
  ["current_period_start", (s) => isoTime(s.periodStart)],
  ["ended_at", (s) => isoTime(s.endedAt)],
  ["livemode", (s) => s.livemode],
  ["quantity", (s) => s.quantity],
  ["trial_end", (s) => isoTime(s.trialEnd)],
  ["trial_start", (s) => isoTime(s.trialStart)],
  ["metadata", (s) => json(s.metadata)],
];

/** Fivetran's `subscription_history`: each subscription as it is, and every third one as it was. */
export function fivetranCsv(subscriptions: readonly StripeSubscription[]): string {
  const rows = subscriptions.flatMap((s, index) => [
    ...(index % 3 === 0 ? [{ ...s, status: "incomplete", metadata: {}, active: false }] : []),
    { ...s, active: true },
  ]);
  return printCsv(rows, FIVETRAN);
}

const list = (data: readonly object[], hasMore = false): string =>
  JSON.stringify({ object: "list", data, has_more: hasMore, url: "/v1/subscriptions" }, null, 2);

/** The sample's part as one page of the API. */
export const API_LIST: string = list(API_OBJECTS);

const DASHBOARD_CARRIES = WITHOUT_PAUSED_AT.filter(
  (name) => !["cancelAtPeriodEnd", "cancelAt", "livemode"].includes(name),
);

/** Every format a Stripe export is read in. */
export const STRIPE_FORMATS: readonly StripeFormat[] = [
  {
    title: "API list",
    format: "Stripe API JSON (CLI)",
    text: () => API_LIST,
    carries: [...WITHOUT_PAUSED_AT, "pausedAt"],
  },
  {
    title: "API list before basil",
    format: "Stripe API JSON (CLI)",
    text: () => list(API_OBJECTS.map(beforeBasil)),
    carries: WITHOUT_PAUSED_AT,
  },
  {
    title: "bare array",
    format: "Stripe API JSON (CLI)",
    text: () => JSON.stringify(API_OBJECTS),
    carries: [...WITHOUT_PAUSED_AT, "pausedAt"],
  },
  {
    title: "one object a line",
    format: "Stripe API JSON (CLI)",
    text: () => API_OBJECTS.map((object) => `${JSON.stringify(object)}\n`).join(""),
    carries: [...WITHOUT_PAUSED_AT, "pausedAt"],
  },
  {
    title: "search result",
    format: "Stripe API JSON (CLI)",
    text: () => JSON.stringify({ object: "search_result", data: API_OBJECTS, has_more: false, next_page: null }),
    carries: [...WITHOUT_PAUSED_AT, "pausedAt"],
    withheld: /search/,
  },
  {
    title: "Dashboard CSV",
    format: "Stripe Dashboard CSV",
    text: () => dashboardCsv(),
    carries: DASHBOARD_CARRIES,
    timeStep: 60,
    alsoNotCompared: ["other metadata keys"],
  },
  {
    title: "Sigma with subscriptions_metadata",
    format: "Stripe Sigma or Data Pipeline CSV",
    text: () => printCsv(SUBSCRIPTIONS, SIGMA),
    metadataText: sigmaMetadata,
    carries: WITHOUT_PAUSED_AT.filter((name) => name !== "livemode" && name !== "currency"),
    grace: 4 * 3600,
  },
  {
    title: "Sigma alone",
    format: "Stripe Sigma or Data Pipeline CSV",
    text: () => printCsv(SUBSCRIPTIONS, SIGMA),
    carries: WITHOUT_PAUSED_AT.filter((name) => name !== "livemode" && name !== "currency" && name !== "metadata"),
    grace: 4 * 3600,
  },
  {
    title: "sync-engine table",
    format: "Stripe sync-engine table",
    text: () => syncEngineCsv(API_OBJECTS, () => 1_793_500_000),
    carries: WITHOUT_PAUSED_AT,
  },
  {
    title: "sync-engine table before basil",
    format: "Stripe sync-engine table",
    text: () =>
      syncEngineCsv(
        API_OBJECTS.map((object) => beforeBasil(object) as ApiSubscription),
        () => 1_793_500_000,
      ),
    carries: WITHOUT_PAUSED_AT,
  },
  {
    title: "sync-engine table of version 1.0",
    format: "Stripe sync-engine table",
    text: () => rawSyncEngineCsv(API_OBJECTS, () => 1_793_500_000),
    carries: [...WITHOUT_PAUSED_AT, "pausedAt"],
  },
  {
    title: "flat CSV with the API's names",
    format: "flattened API CSV",
    text: () => flatCsv(API_OBJECTS),
    carries: WITHOUT_PAUSED_AT,
  },
  {
    title: "flat CSV before basil",
    format: "flattened API CSV",
    text: () => flatCsv(API_OBJECTS.map(beforeBasil)),
    carries: WITHOUT_PAUSED_AT,
  },
  {
    title: "Fivetran subscription_history",
    format: "Fivetran subscription_history",
    text: () => fivetranCsv(SUBSCRIPTIONS),
    carries: WITHOUT_PAUSED_AT.filter((name) => name !== "price" && name !== "currency"),
    grace: 6 * 3600,
  },
];
