import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** A pair of CSV exports for the benchmark. */
export interface BenchExports {
  readonly stripe: string;
  readonly database: string;
}

/**
 * Makes a Stripe CSV and a database CSV of so many subscriptions, once; they are kept for the next run.
 *
 * A million a side are some 430 MB. Metadata have 4 to 20 keys, mostly few, in another order on each side, with escapes, unicode,
 * commas and quotes in the values. The rows of the database stand in random order. One row in 500 differs: half of those in status, half in one metadata value.
 */
export async function makeExports(directory: string, rows: number): Promise<BenchExports> {
  const stripe = join(directory, `stripe-${rows}.csv`);
  const database = join(directory, `database-${rows}.csv`);
  if (existsSync(stripe) && existsSync(database)) return { stripe, database };
  mkdirSync(directory, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:", {
    temp_directory: join(directory, "spill"),
    memory_limit: "4GB",
  });
  const connection = await instance.connect();
  await connection.run(`
    CREATE TEMP TABLE subscriptions AS
    SELECT
      i,
      'sub_1' || upper(substr(md5(CAST(i AS VARCHAR)), 1, 5)) || 'IgSzDCinL0' || substr(md5(CAST(i + 1 AS VARCHAR)), 1, 12) AS id,
      'cus_' || substr(md5(CAST(i // 2 AS VARCHAR)), 1, 14) AS customer,
      'tenant_' || (hash(i, 1) % 200) AS tenant,
      ['active', 'active', 'active', 'active', 'canceled', 'canceled', 'past_due', 'trialing'][1 + CAST(hash(i, 2) % 8 AS INTEGER)] AS status,
      'price_' || substr(md5(CAST(hash(i, 3) % 24 AS VARCHAR)), 1, 14) AS price,
      1 + hash(i, 4) % 5 AS quantity,
      1640000000 + CAST(hash(i, 5) % 120000000 AS BIGINT) AS created,
      list_transform(
        range(4 + CAST(16 * pow((hash(i, 6) % 1000) / 1000.0, 4) AS INTEGER)),
        lambda k: {
          'key': 'k' || k,
          'value': CASE (i + k) % 12
            WHEN 0 THEN 'a, ' || (i % 97)
            WHEN 1 THEN 'b "' || (i % 91)
            WHEN 2 THEN 'ü' || (i % 983)
            WHEN 3 THEN 'c\\' || (i % 71)
            ELSE substr(md5(CAST(i * 31 + k AS VARCHAR)), 1, 4)
          END
        }
      ) AS metadata
    FROM range(${rows}) AS numbers(i)`);
  const json = (list: string): string => `CAST(to_json(map_from_entries(${list})) AS VARCHAR)`;
  await connection.run(`
    COPY (
      SELECT id, customer, status, price, quantity, 'usd' AS currency, created, created + 2592000 AS current_period_end, ${json("metadata")} AS metadata
      FROM subscriptions
      ORDER BY created DESC
    ) TO '${stripe}' (FORMAT csv, HEADER)`);
  await connection.run(`
    COPY (
      SELECT
        id,
        customer AS customer_id,
        tenant AS tenant_id,
        CASE WHEN i % 1000 = 0 THEN 'paused' ELSE status END AS status,
        price AS price_id,
        quantity,
        'usd' AS currency,
        ${json("list_reverse(CASE WHEN i % 1000 = 500 THEN list_append(metadata[2:], {'key': 'k0', 'value': 'changed'}) ELSE metadata END)")} AS metadata,
        strftime(make_timestamp((created + 2592000) * 1000000), '%Y-%m-%d %H:%M:%S+00') AS current_period_end,
        strftime(make_timestamp(created * 1000000), '%Y-%m-%d %H:%M:%S+00') AS created_at,
        strftime(make_timestamp((created + 86400) * 1000000), '%Y-%m-%d %H:%M:%S.%f+00') AS updated_at
      FROM subscriptions
      ORDER BY md5(id)
    ) TO '${database}' (FORMAT csv, HEADER)`);
  connection.closeSync();
  return { stripe, database };
}
