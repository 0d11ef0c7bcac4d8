import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import type { Disposition, Kind } from "../../src/subscription";

const DATA = join(__dirname, "..", "..", "data");

/** When the two exports of the sample were taken: what its sidecars say. */
export const STRIPE_AS_OF = { from: "2026-11-02T06:00:00Z", to: "2026-11-02T06:00:41Z" } as const;
export const DATABASE_AS_OF = "2026-11-02T06:03:00Z";

/** A subscription of Stripe. Times are Unix seconds. */
export interface StripeSubscription {
  readonly id: string;
  readonly customer: string | null;
  readonly status: string;
  readonly price: string | null;
  readonly quantity: number | null;
  readonly currency: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly created: number | null;
  readonly periodStart: number | null;
  readonly periodEnd: number | null;
  readonly trialStart: number | null;
  readonly trialEnd: number | null;
  readonly pausedAt: number | null;
  readonly cancelAtPeriodEnd: boolean | null;
  readonly cancelAt: number | null;
  readonly canceledAt: number | null;
  readonly endedAt: number | null;
  readonly livemode: boolean | null;
}

/** A row of the database. Times are Unix seconds, with their fraction. */
export interface DatabaseRow {
  readonly id: string;
  readonly customer: string | null;
  readonly tenant: string | null;
  readonly status: string;
  readonly price: string | null;
  readonly quantity: number | null;
  readonly currency: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly periodStart: number | null;
  readonly periodEnd: number | null;
  readonly trialEnd: number | null;
  readonly cancelAtPeriodEnd: boolean | null;
  readonly canceledAt: number | null;
  readonly endedAt: number | null;
  readonly archivedAt: number | null;
  readonly livemode: boolean | null;
  readonly created: number | null;
  readonly updated: number | null;
}

/** An API object of the sample, as far as the converters look into it. */
export interface ApiSubscription {
  readonly id: string;
  readonly customer: string;
  readonly items: { readonly data: readonly ApiItem[]; readonly [member: string]: unknown };
  readonly [member: string]: unknown;
}

export interface ApiItem {
  readonly price: { readonly id: string; readonly [member: string]: unknown };
  readonly quantity: number;
  readonly current_period_start: number;
  readonly current_period_end: number;
  readonly [member: string]: unknown;
}

/** The pages of `stripe_subscriptions.json`, which stand one after the other as the Stripe CLI prints them. */
export const PAGES: readonly { readonly data: readonly ApiSubscription[]; readonly has_more: boolean }[] = readFileSync(
  join(DATA, "stripe_subscriptions.json"),
  "utf8",
)
  .split(/^(?=\{)/m)
  .map((page) => JSON.parse(page));

/** A discrepancy as `answer.json` lists it. */
export interface Finding {
  readonly subscription_id: string;
  readonly kind: Kind;
  readonly disposition: Disposition;
  readonly reason: string | null;
}

/** The known answer of the sample. */
export const ANSWER: {
  readonly counts: Readonly<Record<string, unknown>>;
  readonly discrepancies: readonly Finding[];
} = JSON.parse(readFileSync(join(DATA, "answer.json"), "utf8"));

/** The sample's exports, whole. */
export const STRIPE_JSON = join(DATA, "stripe_subscriptions.json");
export const STRIPE_CSV = join(DATA, "stripe_subscriptions.csv");
export const DATABASE_CSV = join(DATA, "db_subscriptions.csv");

const [HEADER = "", ...LINES] = readFileSync(DATABASE_CSV, "utf8").split(/^/m);
const WHOLE = PAGES.flatMap((page) => page.data);

/**
 * The part of the sample that is printed in every format: whatever differs, all subscriptions of those customers, the oldest, and
 * every eighth of what is equal. The known answer holds for it as for the whole.
 */
const PART = ((): ReadonlySet<string> => {
  const ids = new Set(ANSWER.discrepancies.map((each) => each.subscription_id));
  const lines = LINES.filter((line) => ids.has(line.split(",", 1)[0] ?? ""));
  const customers = new Set([
    ...WHOLE.filter((each) => ids.has(each.id)).map((each) => each.customer),
    ...lines.map((line) => line.split(",", 2)[1] ?? ""),
  ]);
  const rest = WHOLE.filter((each, index) => customers.has(each.customer) || index % 8 === 0).map((each) => each.id);
  return new Set([...ids, ...rest, WHOLE.at(-1)?.id ?? ""]);
})();

/** The objects of that part, in the order of the file. */
export const API_OBJECTS: readonly ApiSubscription[] = WHOLE.filter((each) => PART.has(each.id));

/** That part of `db_subscriptions.csv`, as it stands there. */
export const DATABASE_TEXT: string = [HEADER, ...LINES.filter((line) => PART.has(line.split(",", 1)[0] ?? ""))].join(
  "",
);

/** The objects as plain records. */
export const SUBSCRIPTIONS: readonly StripeSubscription[] = API_OBJECTS.map((object) => {
  const item = object.items.data[0] as ApiItem;
  const details = object["status_details"] as { paused?: { transitioned_at?: number } } | null | undefined;
  return {
    id: object.id,
    customer: object.customer,
    status: object["status"] as string,
    price: item.price.id,
    quantity: item.quantity,
    currency: object["currency"] as string,
    metadata: object["metadata"] as Record<string, string>,
    created: object["created"] as number,
    periodStart: item.current_period_start,
    periodEnd: item.current_period_end,
    trialStart: object["trial_start"] as number | null,
    trialEnd: object["trial_end"] as number | null,
    pausedAt: details?.paused?.transitioned_at ?? null,
    cancelAtPeriodEnd: object["cancel_at_period_end"] as boolean,
    cancelAt: object["cancel_at"] as number | null,
    canceledAt: object["canceled_at"] as number | null,
    endedAt: object["ended_at"] as number | null,
    livemode: object["livemode"] as boolean,
  };
});

function seconds(text: string | undefined): number | null {
  return text === undefined || text === "" ? null : Date.parse(`${text.replace(" ", "T")}:00`) / 1000;
}

function orNull(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}

/** The rows of that part, in the order of the file. */
export const DATABASE_ROWS: readonly DatabaseRow[] = (
  parse(DATABASE_TEXT, { columns: true }) as Record<string, string>[]
).map((row) => ({
  id: row["id"] as string,
  customer: orNull(row["customer_id"]),
  tenant: orNull(row["tenant_id"]),
  status: row["status"] as string,
  price: orNull(row["price_id"]),
  quantity: row["quantity"] === "" ? null : Number(row["quantity"]),
  currency: orNull(row["currency"]),
  metadata: row["metadata"] === "" ? null : (JSON.parse(row["metadata"] as string) as Record<string, unknown>),
  periodStart: seconds(row["current_period_start"]),
  periodEnd: seconds(row["current_period_end"]),
  trialEnd: seconds(row["trial_end"]),
  cancelAtPeriodEnd: row["cancel_at_period_end"] === "" ? null : row["cancel_at_period_end"] === "t",
  canceledAt: seconds(row["canceled_at"]),
  endedAt: seconds(row["ended_at"]),
  archivedAt: seconds(row["archived_at"]),
  livemode: row["livemode"] === "" ? null : row["livemode"] === "t",
  created: seconds(row["created_at"]),
  updated: seconds(row["updated_at"]),
}));
