import type { Client } from "pg";
import { escapeIdentifier } from "pg";
import { readOnlySnapshot } from "../sources/postgres/read-only-snapshot";
import { readRows, type TextRow } from "../sources/postgres/read-rows";
import type { StripeConnection } from "../sources/stripe-api/connect-stripe";
import { type Retrieved, retrieveSubscriptions } from "../sources/stripe-api/retrieve-subscriptions";
import type { MappedTable } from "./map-table";

/** Some subscriptions as both sides have them now. */
export interface BothSides {
  /** Id → Stripe's answer. */
  readonly stripe: ReadonlyMap<string, Retrieved>;
  /** Id → its rows in the table; none, or several where ids are not unique. */
  readonly database: ReadonlyMap<string, readonly TextRow[]>;
  /** When Stripe was asked, ISO 8601 by its clock, and when the database was read. */
  readonly stripeFrom: string;
  readonly stripeTo: string;
  readonly databaseAt: string;
  readonly serverVersion: string;
}

/** What both sides are read through. */
export interface Live {
  readonly stripe: StripeConnection;
  readonly client: Client;
}

/** Reads subscriptions again on both sides: Stripe one by one, the database in one read-only snapshot after that. */
export async function readBothSides(
  { stripe, client }: Live,
  { table, idColumn }: MappedTable,
  ids: readonly string[],
  onProgress?: (done: number, all: number) => void,
): Promise<BothSides> {
  const stripeFrom = stripe.now().toISOString();
  const answers = await retrieveSubscriptions(stripe, ids, onProgress === undefined ? {} : { onProgress });
  const stripeTo = stripe.now().toISOString();
  return readOnlySnapshot(client, async ({ takenAt, serverVersion }) => ({
    stripe: answers,
    database: await readRows(client, table, idColumn, ids),
    stripeFrom,
    stripeTo,
    databaseAt: takenAt,
    serverVersion,
  }));
}

/** Ids of rows drawn at random, others than the given ones. */
export async function drawIds(
  client: Client,
  { table, idColumn, config }: MappedTable,
  count: number,
  except: readonly string[],
): Promise<readonly string[]> {
  const id = escapeIdentifier(idColumn);
  const conditions = [`${id} IS NOT NULL`, `NOT ${id} = ANY ($1)`];
  const only = Object.entries(config.database?.only ?? {});
  for (const [index, [column]] of only.entries())
    conditions.push(`${escapeIdentifier(column)}::text = ANY ($${index + 3})`);
  const draw = async (from: string): Promise<string[]> => {
    const { rows } = await client.query<{ id: string }>(
      `SELECT ${id} AS id FROM ${from} WHERE ${conditions.join(" AND ")} ORDER BY random() LIMIT $2`,
      [except, count, ...only.map(([, values]) => values)],
    );
    return rows.map((row) => row.id);
  };
  // Sorting a large table for a few rows would take long; a share of its pages may turn out empty.
  const share = Math.min(100, (100 * count * 20) / Math.max(1, table.estimatedRows ?? 0));
  const drawn = share < 50 ? await draw(`${table.sql} TABLESAMPLE SYSTEM (${share})`) : [];
  return drawn.length >= count ? drawn : draw(table.sql);
}
