import type { Cell } from "./fixtures-text";
import { printCsv } from "./fixtures-text";

/** A JSON object of the API. */
export type ApiObject = Readonly<Record<string, unknown>>;
/** A row of a database: its cell of each column. */
export type SmallRow = Readonly<Record<string, Cell>>;

const CREATED = Date.UTC(2026, 2, 3, 4, 5, 6) / 1000;
const PERIOD_START = Date.UTC(2026, 9, 3, 4, 5, 6) / 1000;
const PERIOD_END = Date.UTC(2026, 10, 3, 4, 5, 6) / 1000;

const STATUSES = ["active", "trialing", "past_due", "canceled", "paused", "unpaid"] as const;

/** The nth id of the small world, from 1; all of one account. */
export function id(n: number): string {
  return `sub_1Smal${String(n % 10)}IgSzDCinL0${String(n).padStart(8, "0")}`;
}

/** An item of a subscription. */
export function item(price: string, quantity: number | null = 2, from = PERIOD_START, to = PERIOD_END): ApiObject {
  return {
    id: `si_${price}`,
    object: "subscription_item",
    price: { id: price, object: "price" },
    quantity,
    current_period_start: from,
    current_period_end: to,
  };
}

/** A list of items, as it stands in a subscription. */
export function itemList(...data: readonly ApiObject[]): ApiObject {
  return { object: "list", data, has_more: false };
}

/** The nth subscription of the small world, as the API gives it. */
export function subscription(n: number, members: ApiObject = {}): ApiObject {
  const status = STATUSES[n % STATUSES.length] as string;
  return {
    id: id(n),
    object: "subscription",
    customer: `cus_Small${n}`,
    status,
    items: itemList(item("price_SmallA")),
    metadata: { tier: `gold-${n}`, seats: "7" },
    currency: "usd",
    cancel_at_period_end: n % 4 === 0,
    canceled_at: status === "canceled" ? PERIOD_START + 60 : null,
    ended_at: status === "canceled" ? PERIOD_START + 60 : null,
    trial_start: null,
    trial_end: null,
    livemode: true,
    created: CREATED + n,
    ...members,
  };
}

/** Unix seconds as `2026-01-02 03:04:05`, in UTC. */
export function utc(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** The row that is the nth subscription's copy. */
export function row(n: number, cells: SmallRow = {}): SmallRow {
  return {
    id: id(n),
    customer_id: `cus_Small${n}`,
    status: STATUSES[n % STATUSES.length] as string,
    price_id: "price_SmallA",
    quantity: 2,
    metadata: JSON.stringify({ seats: "7", tier: `gold-${n}` }),
    current_period_start: `${utc(PERIOD_START)}+00`,
    current_period_end: `${utc(PERIOD_END)}+00`,
    cancel_at_period_end: n % 4 === 0 ? "t" : "f",
    livemode: "t",
    created_at: `${utc(CREATED + n)}+00`,
    updated_at: `${utc(PERIOD_START + 100)}+00`,
    ...cells,
  };
}

/** 1, 2, 3 … n. */
export function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}

/** A page of `stripe subscriptions list`. */
export function page(data: readonly ApiObject[], hasMore = false): string {
  return `${JSON.stringify({ object: "list", data, has_more: hasMore, url: "/v1/subscriptions" }, null, 2)}\n`;
}

/** Rows as CSV, with a column for every name any of them has. */
export function csv(rows: readonly SmallRow[], delimiter = ","): string {
  const names = [...new Set(rows.flatMap((each) => Object.keys(each)))];
  return printCsv(
    rows,
    names.map((name) => [name, (each: SmallRow) => each[name] ?? null] as const),
    { delimiter },
  );
}

/** Both exports of a small world in which nothing differs. */
export const SMALL_LIST = page(upTo(24).map((n) => subscription(n)));
export const SMALL_ROWS: readonly SmallRow[] = upTo(24).map((n) => row(n));
export const TIMES = { created: CREATED, periodStart: PERIOD_START, periodEnd: PERIOD_END } as const;
