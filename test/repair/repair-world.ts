import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import type Stripe from "stripe";
import { makePrice } from "../../data/stand-in/make-price";
import { makeSubscription } from "../../data/stand-in/make-subscription";
import type { StandIn, StandInOptions } from "../../data/stand-in/stand-in";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { keyOf } from "../../data/stand-in/world";
import type { Live } from "../../src/repair/both-sides";
import { makePlan, type PlanRequest } from "../../src/repair/make-plan";
import type { Plan } from "../../src/repair/plan";
import { type Mapping, readMapping } from "../../src/repair/read-mapping";
import type { Config } from "../../src/sources/config";
import { connectStripe } from "../../src/sources/stripe-api/connect-stripe";
import { KINDS } from "../../src/subscription";
import { type DatabaseKind, startDatabase, type TestDatabase } from "../postgres/start-database";

export const ACCOUNT = { id: "acct_1AAAAAStandInAcc", livemode: true } as const;
export const KEY = keyOf(ACCOUNT);
/** Unix seconds: when the first one was created. */
export const START = 1_780_000_000;
const DAY = 86_400;
const PRICE = makePrice({ id: "price_basic", created: START, livemode: true, unit_amount: 1900 });
const TABLE = readFileSync(join(__dirname, "..", "..", "data", "sample-table.sql"), "utf8");

/** A row of the default table; what is not given is empty. */
export type Row = Readonly<Record<string, string | null>>;

/** Both sides, some of them apart: by the last digit of its number a subscription has what `DRIFT` says. */
export interface World {
  readonly standIn: StandIn;
  readonly database: TestDatabase;
  readonly live: Live;
  /** Of a client of the test's own. */
  readonly client: Client;
  /** The ids that differ, of each kind of drift. */
  readonly ids: (drift: Drift) => string[];
  readonly all: readonly string[];
  plan(options?: Partial<PlanRequest>): Promise<Plan>;
  /** Every row of the table, as PostgreSQL writes it, in order. */
  rows(table?: string): Promise<string[]>;
  connect(): Promise<Live>;
  stop(): Promise<void>;
}

const DRIFT = ["missing", "status", "metadata", "fields", "orphan"] as const;
type Drift = (typeof DRIFT)[number];

/** How a world differs from the default one. */
export interface WorldOptions {
  readonly count?: number;
  /** One that runs already, and goes on running: it is emptied. */
  readonly database?: TestDatabase;
  /** Statements that make the table, its name `subscriptions`. */
  readonly table?: string;
  /** A row of that table, from one of the default table. */
  readonly rowOf?: (row: Row) => Row;
  readonly config?: Config;
  readonly standIn?: Partial<StandInOptions>;
  readonly change?: (subscription: Stripe.Subscription, number: number) => Partial<Stripe.Subscription>;
}

export function subscriptionId(number: number): string {
  return `sub_1R${String(number).padStart(6, "0")}`;
}

/** What the number says of drift; null for one that is alike on both sides. */
function driftOf(number: number): Drift | null {
  return DRIFT[number % 10] ?? null;
}

function subscriptionOf(number: number): Stripe.Subscription {
  const created = START + number * 60;
  const isEnded = driftOf(number) === "status";
  return makeSubscription({
    id: subscriptionId(number),
    created,
    customer: `cus_${number}`,
    price: PRICE,
    quantity: 2,
    status: isEnded ? "canceled" : "active",
    canceled_at: isEnded ? created + DAY : null,
    ended_at: isEnded ? created + DAY : null,
    metadata: { tenant_id: `tenant_${number % 3}`, plan: "basic", note: `it's "${number}", \\ ünï` },
    period: { start: created, end: created + 30 * DAY },
  });
}

function rowOf(number: number): Row {
  const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
  const created = START + number * 60;
  const drift = driftOf(number);
  const metadata = {
    tenant_id: `tenant_${number % 3}`,
    plan: drift === "metadata" ? "old" : "basic",
    note: `it's "${number}", \\ ünï`,
  };
  return {
    id: subscriptionId(number),
    customer_id: `cus_${number}`,
    tenant_id: `tenant_${number % 3}`,
    status: "active",
    price_id: "price_basic",
    quantity: drift === "fields" ? "1" : "2",
    currency: "usd",
    metadata: JSON.stringify(drift === "metadata" ? { ...metadata, app_note: "ours", count: 3 } : metadata),
    current_period_start: iso(created),
    current_period_end: iso(created + 30 * DAY),
    cancel_at_period_end: "f",
    livemode: "t",
    created_at: iso(created + 1),
    updated_at: iso(created + 1.123456),
  };
}

/** Starts both sides. The caller stops them. */
export async function repairWorld(kind: DatabaseKind, options: WorldOptions = {}): Promise<World> {
  const { count = 40, table = TABLE, rowOf: changed = (row) => row } = options;
  const numbers = Array.from({ length: count }, (_, number) => number);
  const subscriptions = numbers
    .filter((number) => driftOf(number) !== "orphan")
    .map((number) => {
      const made = subscriptionOf(number);
      return { ...made, ...options.change?.(made, number) };
    });
  const standIn = await startStandIn({ accounts: [{ ...ACCOUNT, subscriptions }], ...options.standIn });
  const database = options.database ?? (await startDatabase(kind));
  const client = await openClient(database.url);
  await client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS reconciliation CASCADE");
  await client.query(table);
  const rows = numbers.filter((number) => driftOf(number) !== "missing").map((number) => changed(rowOf(number)));
  await insertAll(client, rows);
  await client.query("ANALYZE subscriptions");
  const opened: Client[] = [client];
  const connect = async (): Promise<Live> => {
    const other = await openClient(database.url);
    opened.push(other);
    return { stripe: await connectStripe({ key: KEY, apiBase: standIn.url, requestsPerSecond: 5000 }), client: other };
  };
  const live = await connect();
  const mapping: Mapping =
    options.config === undefined
      ? await readMapping({ preset: "default" })
      : {
          table: "subscriptions",
          required: options.config.database?.columns ?? {},
          optional: {},
          config: options.config,
        };
  const all = numbers.filter((number) => driftOf(number) !== null).map(subscriptionId);
  return {
    standIn,
    database,
    live,
    client,
    connect,
    all,
    ids: (drift) => numbers.filter((number) => driftOf(number) === drift).map(subscriptionId),
    plan: (more) => makePlan({ live, mapping, report: null, only: all, kinds: KINDS, operator: "a test", ...more }),
    rows: async (name = "subscriptions") => {
      const read = await client.query<{ row: string }>(
        `SELECT t::text AS row FROM (SELECT * FROM ${name}) AS t ORDER BY 1`,
      );
      return read.rows.map(({ row }) => row);
    },
    stop: async () => {
      for (const each of opened) await each.end().catch(() => undefined);
      if (options.database === undefined) await database.stop();
      await standIn.close();
    },
  };
}

async function openClient(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  client.on("error", () => undefined);
  await client.connect();
  await client.query("SET TimeZone = 'UTC'");
  return client;
}

async function insertAll(client: Client, rows: readonly Row[]): Promise<void> {
  for (const row of rows) {
    const names = Object.keys(row);
    const values = names.map((_, index) => `$${index + 1}`);
    await client.query(
      `INSERT INTO subscriptions (${names.map((name) => `"${name}"`).join(", ")}) VALUES (${values.join(", ")})`,
      Object.values(row),
    );
  }
}
