import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { BenchCase } from "./bench-case";

/** A pair of CSV exports for the benchmark, and what a comparison has to find in it. */
export interface BenchExports {
  readonly stripe: string;
  readonly database: string;
  /** CSV with a line a discrepancy: subscription_id, kind, and the metadata keys that changed, as a JSON list. */
  readonly planted: string;
  readonly subscriptions: number;
  /** Of each CSV, without the header. */
  readonly lines: number;
}

/** DuckDB stays below, and sorts on disk what does not fit; the process needs some 500 MB more. */
const MEMORY_LIMIT = "3GB";

/**
 * Makes a Stripe CSV and a database CSV of so many rows, once; they are kept for the next run.
 *
 * A million rows a side are some 520 MB. Metadata have 4 to 20 keys, mostly few, in another order on each side, with escapes, unicode,
 * commas and quotes in the values. Stripe's rows stand in the order of the API, newest first, and its ids begin alike and go on with the
 * time, as those of one account do; the rows of the database stand in random order.
 */
export async function makeExports(folder: string, bench: BenchCase, rows: number): Promise<BenchExports> {
  const place = (side: string): string => join(folder, `${bench.name}-${rows}-${side}.csv`);
  const subscriptions = Math.ceil(rows / bench.copies);
  const exports = {
    stripe: place("stripe"),
    database: place("database"),
    planted: place("planted"),
    subscriptions,
    lines: subscriptions * bench.copies,
  };
  // Written last, so that it says the others are whole.
  if (existsSync(exports.planted)) return exports;
  mkdirSync(folder, { recursive: true });
  const spill = { memory_limit: MEMORY_LIMIT, temp_directory: join(folder, "spill") };
  const instance = await DuckDBInstance.create(":memory:", spill);
  const connection = await instance.connect();
  try {
    await connection.run(createSubscriptions(bench, subscriptions));
    await connection.run(copyTo(stripeRows(bench), exports.stripe));
    await connection.run(copyTo(databaseRows(bench), exports.database));
    await connection.run(copyTo(plantedRows(bench), `${exports.planted}.part`));
    renameSync(`${exports.planted}.part`, exports.planted);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return exports;
}

function copyTo(query: string, path: string): string {
  return `COPY (${query}) TO '${path}' (FORMAT csv, HEADER)`;
}

/** Creates `subscriptions`: one row a subscription. Times are Unix seconds. The end of an id is a number times a factor prime to 36: never the same twice. */
function createSubscriptions(bench: BenchCase, subscriptions: number): string {
  return `
  CREATE TEMP VIEW subscriptions AS
  WITH
    numbered AS (
      SELECT i, 1640000000 + CAST(hash(i, 5) % 120000000 AS BIGINT) AS created
      FROM range(${subscriptions}) AS numbers(i)
    )
  SELECT
    i,
    created,
    'sub_1' || to_base((created - 1640000000) // 2, 36, 5) || 'IgSzDCinL0' || lower(to_base((i * 1103515247) % 2821109907456, 36, 8)) AS id,
    'cus_' || substr(md5(CAST(i // 2 AS VARCHAR)), 1, 14) AS customer,
    ${bench.tenant} AS tenant,
    ['active', 'active', 'active', 'active', 'canceled', 'canceled', 'past_due', 'trialing'][1 + CAST(hash(i, 2) % 8 AS INTEGER)] AS status,
    'price_' || substr(md5(CAST(hash(i, 3) % 24 AS VARCHAR)), 1, 14) AS price,
    1 + hash(i, 4) % 5 AS quantity,
    ${bench.statusDiffers} AS status_differs,
    ${bench.metadataDiffers} AS metadata_differs,
    list_transform(
      range(4 + CAST(16 * pow((hash(i, 6) % 1000) / 1000.0, 4) AS INTEGER)),
      lambda k: {
        'key': 'k' || k,
        'value': CASE (i + k) % 12
          WHEN 0 THEN 'a, ' || (i % 97)
          WHEN 1 THEN 'b "' || (i % 91)
          WHEN 2 THEN 'ü' || (i % 983)
          WHEN 3 THEN 'c\\' || (i % 71)
          ELSE format('{:04x}', hash(i, 7, k) % 65536)
        END
      }
    ) AS metadata
  FROM numbered`;
}

/** SQL for the JSON text of a list of metadata entries. */
function json(entries: string): string {
  return `CAST(to_json(map_from_entries(${entries})) AS VARCHAR)`;
}

function stripeRows(bench: BenchCase): string {
  return `
  SELECT id, customer, status, price, quantity, 'usd' AS currency, created, created + 2592000 AS current_period_end, ${json("metadata")} AS metadata
  FROM subscriptions
  CROSS JOIN range(${bench.copies})
  ORDER BY ${bench.stripeOrder}`;
}

function databaseRows(bench: BenchCase): string {
  const changed =
    "CASE WHEN metadata_differs THEN list_append(metadata[2:], {'key': 'k0', 'value': 'changed'}) ELSE metadata END";
  return `
  WITH written AS (SELECT *, ${json(`list_reverse(${changed})`)} AS json FROM subscriptions)
  SELECT
    ${bench.databaseId} AS id,
    customer AS customer_id,
    tenant AS tenant_id,
    CASE WHEN status_differs THEN 'paused' ELSE status END AS status,
    price AS price_id,
    quantity,
    'usd' AS currency,
    ${bench.databaseMetadata} AS metadata,
    strftime(make_timestamp((created + 2592000) * 1000000), '%Y-%m-%d %H:%M:%S+00') AS current_period_end,
    strftime(make_timestamp(created * 1000000), '%Y-%m-%d %H:%M:%S+00') AS created_at,
    strftime(make_timestamp((created + 86400) * 1000000), '%Y-%m-%d %H:%M:%S.%f+00') AS updated_at
  FROM written
  CROSS JOIN range(${bench.copies})
  ORDER BY hash(i, 12)`;
}

function plantedRows(bench: BenchCase): string {
  return `
  SELECT id AS subscription_id, 'status_mismatch' AS kind, '[]' AS changed
  FROM subscriptions
  WHERE ${bench.matches} AND status_differs
  UNION ALL
  SELECT id, 'metadata_mismatch', '["k0"]'
  FROM subscriptions
  WHERE ${bench.matches} AND metadata_differs`;
}
