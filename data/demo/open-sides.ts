import { Client } from "pg";
import { sampleWorld } from "../stand-in/sample-world";
import { startStandIn } from "../stand-in/start-stand-in";
import { loadSample } from "./load-sample";
import { startPglite } from "./start-pglite";

/** A side to try things out on: what the commands find in their environment, and how it ends. */
export interface Side {
  readonly words: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Both sides. */
export interface Sides {
  readonly stripe: Side;
  readonly database: Side;
}

/** Opens both sides: those of the environment, else a stand-in for Stripe over the sample, and PGlite with the sample's table. */
export async function openSides(): Promise<Sides> {
  return { stripe: await openStripe(), database: await openDatabase() };
}

let opened: Promise<Sides> | null = null;

/**
 * Opens both sides for the cells of a notebook, which find them in their environment; a second call changes nothing.
 *
 * @returns what the two sides are, a sentence each
 */
export async function useSides(): Promise<readonly string[]> {
  opened ??= openSides();
  const { stripe, database } = await opened;
  Object.assign(process.env, stripe.env, database.env);
  return [`Stripe: ${stripe.words}.`, `PostgreSQL: ${database.words}.`];
}

/** Ends what `useSides` opened: what stands in for a side would keep the process alive. */
export async function closeSides(): Promise<void> {
  const sides = await opened;
  opened = null;
  await sides?.stripe.stop();
  await sides?.database.stop();
}

async function openStripe(): Promise<Side> {
  if ((process.env["STRIPE_API_KEY"] ?? "") !== "")
    return { words: "the account of STRIPE_API_KEY, only read", env: {}, stop: async () => undefined };
  const standIn = await startStandIn(sampleWorld());
  const [key = ""] = Object.keys(standIn.keys);
  return {
    words: `a local stand-in for its API, over the sample's subscriptions, at ${standIn.url}`,
    env: { STRIPE_API_KEY: key, STRIPE_API_BASE: standIn.url },
    stop: () => standIn.close(),
  };
}

async function openDatabase(): Promise<Side> {
  if ((process.env["DATABASE_URL"] ?? "") !== "")
    return { words: "the database of DATABASE_URL", env: {}, stop: async () => undefined };
  const database = await startPglite();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await loadSample(client);
  await client.query("ANALYZE subscriptions");
  await client.end();
  return {
    words: "PGlite, embedded, with the sample's table",
    env: { DATABASE_URL: database.url },
    stop: () => database.stop(),
  };
}
