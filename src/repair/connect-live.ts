import type { Client } from "pg";
import { connectDatabase } from "../sources/postgres/connect-database";
import { connectStripe } from "../sources/stripe-api/connect-stripe";
import type { StripeMode } from "../sources/stripe-api/read-key";
import type { Live } from "./both-sides";

/** Which account of Stripe is read. The key is STRIPE_API_KEY, the database DATABASE_URL. */
export interface LiveOptions {
  readonly expectMode?: StripeMode | undefined;
  readonly stripeAccount?: string | undefined;
  readonly rate?: number | undefined;
}

/** Works with both sides, and closes the database after it. */
export async function withLive<Result>(options: LiveOptions, work: (live: Live) => Promise<Result>): Promise<Result> {
  const stripe = await connectStripe({
    key: process.env["STRIPE_API_KEY"],
    apiBase: process.env["STRIPE_API_BASE"],
    expectMode: options.expectMode,
    stripeAccount: options.stripeAccount,
    requestsPerSecond: options.rate,
  });
  return withDatabase((client) => work({ stripe, client }));
}

/** Works with the database alone. */
export async function withDatabase<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = await connectDatabase(process.env["DATABASE_URL"], { applicationName: "recon repair" });
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
