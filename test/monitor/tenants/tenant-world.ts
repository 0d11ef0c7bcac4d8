import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import type Stripe from "stripe";
import { makePrice } from "../../../data/stand-in/make-price";
import { makeSubscription } from "../../../data/stand-in/make-subscription";
import type { StandIn, StandInOptions } from "../../../data/stand-in/stand-in";
import { startStandIn } from "../../../data/stand-in/start-stand-in";
import { keyOf } from "../../../data/stand-in/world";
import { startDatabase, type TestDatabase } from "../../postgres/start-database";

const ACCOUNT = { id: "acct_1AAAAAStandInAcc", livemode: true } as const;
/** An account whose key a worker may hold by mistake. */
export const OTHER = { id: "acct_1BBBBBOtherAcct", livemode: true } as const;
const START = 1_780_000_000;
const DAY = 86_400;
const PRICE = makePrice({ id: "price_basic", created: START, livemode: true, unit_amount: 1900 });
const TABLE = readFileSync(join(__dirname, "..", "..", "..", "data", "sample-table.sql"), "utf8").replace(
  "tenant_id text NOT NULL",
  "tenant_id text",
);

/** Both sides of many tenants, apart in every way, and their addresses for processes. */
export interface TenantWorld {
  readonly standIn: StandIn;
  readonly database: TestDatabase;
  readonly client: Client;
  readonly env: Readonly<Record<string, string>>;
  /** The names of the tenants with a part; the empty text for what belongs to none. */
  readonly tenants: readonly string[];
  stop(): Promise<void>;
}

/** A row of the table; its metadata are JSON. */
type Row = Readonly<Record<string, unknown>>;

interface Pair {
  readonly stripe: Stripe.Subscription | null;
  readonly row: Row | null;
}

/** How a subscription is told apart, by its number within a tenant. */
type Change = (id: string, tenant: string, number: number) => Partial<Record<"seed" | "row", object | null>>;

const CHANGES: readonly Change[] = [
  () => ({}),
  () => ({ row: { status: "past_due" } }),
  () => ({ row: null }),
  () => ({ seed: null }),
  () => ({ row: { metadata: { plan: "old" } } }),
  () => ({ row: { quantity: "7" } }),
  // In flight: its row was just written.
  () => ({ row: { status: "trialing", updated_at: new Date().toISOString() } }),
];

function pairOf(tenant: string, number: number, rare: Partial<Record<"seed" | "row", object | null>>): Pair {
  const id = `sub_1AAAAAStandInAcc${tenant.replace(/\D/g, "").padStart(4, "0")}${String(number).padStart(4, "0")}`;
  const created = START + Number(tenant.replace(/\D/g, "")) * 60 + number * DAY;
  const metadata = tenant === "" ? { plan: "basic" } : { plan: "basic", tenant_id: tenant };
  const change = { ...CHANGES[number % CHANGES.length]?.(id, tenant, number), ...rare };
  const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
  const row = {
    id,
    customer_id: `cus_${tenant}_${number}`,
    tenant_id: tenant === "" ? null : tenant,
    status: "active",
    price_id: "price_basic",
    quantity: "1",
    currency: "usd",
    metadata,
    current_period_start: iso(created),
    current_period_end: iso(created + 30 * DAY),
    cancel_at_period_end: "f",
    livemode: "t",
    created_at: iso(created + 1),
    updated_at: iso(created + 2),
  };
  return {
    stripe:
      change.seed === null
        ? null
        : makeSubscription({
            ...{ id, created, customer: row.customer_id, price: PRICE, metadata },
            ...{ period: { start: created, end: created + 30 * DAY } },
            ...change.seed,
          }),
    row: change.row === null ? null : { ...row, ...change.row },
  };
}

/** Starts both sides, with so many tenants of three subscriptions each, and what belongs to none. The caller stops them. */
export async function tenantWorld(count: number, standInOptions: Partial<StandInOptions> = {}): Promise<TenantWorld> {
  const names = Array.from({ length: count }, (_, index) => `tenant_${String(index + 1).padStart(3, "0")}`);
  const [first = "", second = "", third = ""] = names;
  const pairs = [
    ...names.flatMap((tenant, index) =>
      [0, 1 + (index % 6), 1 + ((index + 3) % 6)].map((each) => pairOf(tenant, each, {})),
    ),
    ...CHANGES.map((_, number) => pairOf("", number, {})),
    // A row of one tenant whose subscription says another one.
    pairOf(first, 20, { seed: { metadata: { plan: "basic", tenant_id: second } } }),
    pairOf(second, 21, { row: { status: "canceled" }, seed: { metadata: { plan: "other", tenant_id: first } } }),
    // A row without a tenant, whose subscription names one.
    pairOf(third, 22, { row: { tenant_id: null, status: "canceled" } }),
    // An orphan whose customer has a live subscription with another tenant, and one that ended there and here.
    pairOf(first, 23, { seed: null, row: { customer_id: "cus_shared" } }),
    pairOf(second, 24, { seed: { customer: "cus_shared" }, row: { customer_id: "cus_shared" } }),
    pairOf(third, 25, {
      seed: { customer: "cus_shared", status: "canceled", canceled_at: START, ended_at: START },
      row: { customer_id: "cus_shared" },
    }),
  ];
  const subscriptions = pairs.flatMap(({ stripe }) => (stripe === null ? [] : [stripe]));
  const standIn = await startStandIn({
    accounts: [
      { ...ACCOUNT, subscriptions },
      { ...OTHER, subscriptions: [] },
    ],
    ...standInOptions,
  });
  const database = await startDatabase("postgres");
  const client = new Client({ connectionString: database.url });
  client.on("error", () => undefined);
  await client.connect();
  await client.query(TABLE);
  const rows = pairs.flatMap(({ row }) => (row === null ? [] : [row]));
  await client.query("INSERT INTO subscriptions SELECT * FROM json_populate_recordset(NULL::subscriptions, $1)", [
    JSON.stringify(rows),
  ]);
  return {
    standIn,
    database,
    client,
    env: { STRIPE_API_KEY: keyOf(ACCOUNT), STRIPE_API_BASE: standIn.url, DATABASE_URL: database.url },
    tenants: ["", ...names],
    stop: async () => {
      await client.end().catch(() => undefined);
      await database.stop();
      await standIn.close();
    },
  };
}
