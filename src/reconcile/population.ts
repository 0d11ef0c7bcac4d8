import { sqlText } from "../sources/sql-text";
import type { Engine } from "./open-engine";

/** The dimensions of a pattern, each as SQL over `pairs`. */
const DIMENSIONS = {
  tenant_id: "tenant_id",
  price_id: "price_id",
  stripe_status: "stripe_status",
  currency: "currency",
  livemode: "coalesce(stripe_livemode, database_livemode)",
  account_fragment: "account_fragment",
  created_month: "date_trunc('month', make_timestamp(coalesce(stripe_created, database_created) * 1000000))",
} as const;

/** One of the dimensions of `population.csv`, beside `all`. */
type Dimension = keyof typeof DIMENSIONS;

/** The hour of the day in which a subscription changed last, in UTC. */
const HOUR_OF_DAY = "lpad(CAST(stripe_changed % 86400 // 3600 AS VARCHAR), 2, '0')";

/** The dimensions in which most teams have a single value. */
const OFTEN_SINGLE = ["currency", "livemode", "account_fragment"] as const satisfies readonly Dimension[];

/** One row: for each dimension that often has a single value whether it has one here. Reads `pairs` and `screened_cells`. */
const FIND_SINGLE = `
  SELECT
    ${OFTEN_SINGLE.map((name) => {
      const values = `SELECT CAST(${DIMENSIONS[name]} AS VARCHAR) AS value FROM pairs UNION ALL SELECT value FROM screened_cells WHERE dimension = '${name}'`;
      return `(SELECT min(value) IS NOT DISTINCT FROM max(value) AND count(value) IN (0, count(*)) FROM (${values})) AS ${name}`;
    }).join(",\n    ")}`;

/** Values with fewer subscriptions than this cannot show a pattern; they are pooled. */
const LEAST_SUBSCRIPTIONS = 5;

/**
 * Creates `population`: the denominators of a pattern.
 *
 * One row a dimension, value and day: `changed` subscriptions changed last on that day in Stripe (for one that Stripe lacks: were
 * created then in the database). The row without a day holds how many `subscriptions` there are in the cell. Reads `pairs`.
 *
 * The dimension `event` counts, for the value `created`, the creations of each day instead of last changes. `hour_of_day` and
 * `metadata_key` are not told by day; a key counts the Stripe subscriptions that have it, and where only a sample of the metadata was
 * kept, so many times as the sample is smaller.
 *
 * A dimension with a single value says no more than `all` and is left out; values that fewer than five subscriptions have are
 * pooled as `(rare)`, so that a column of ids stays small.
 *
 * @param sample - one in how many subscriptions has its metadata in `pairs`
 * @param cells - SQL after FROM: dimension, value, day and subscriptions of the pairs that are not in `pairs`; null when all are
 */
export async function createPopulation(engine: Engine, sample: number, cells: string | null): Promise<void> {
  await engine.run(
    "CREATE OR REPLACE TEMP TABLE screened_cells (dimension VARCHAR, value VARCHAR, day BIGINT, subscriptions BIGINT)",
  );
  if (cells !== null) await engine.run(`INSERT INTO screened_cells SELECT * FROM ${cells}`);
  const [single = {}] = await engine.rows<Partial<Record<Dimension, boolean>>>(FIND_SINGLE);
  const dimensions = (Object.keys(DIMENSIONS) as Dimension[]).filter((name) => single[name] !== true);
  await engine.run(populationSql(dimensions, sample));
  await engine.run("DROP TABLE screened_cells");
}

function populationSql(dimensions: readonly Dimension[], sample: number): string {
  return `
  CREATE OR REPLACE TEMP TABLE population AS
  WITH
    subscriptions AS NOT MATERIALIZED (
      SELECT
        ${dimensions.map((name) => `${DIMENSIONS[name]} AS ${name},`).join("\n        ")}
        coalesce(stripe_changed, database_created) // 86400 AS day
      FROM pairs
    ),
    cells AS (
      SELECT 'all' AS dimension, '' AS value, day, count(*) AS subscriptions
      FROM subscriptions
      GROUP BY day
      UNION ALL
      SELECT 'event' AS dimension, 'created' AS value, coalesce(stripe_created, database_created) // 86400 AS day, count(*) AS subscriptions
      FROM pairs
      GROUP BY day
      UNION ALL
      SELECT 'hour_of_day' AS dimension, ${HOUR_OF_DAY} AS value, NULL AS day, count(*) AS subscriptions
      FROM pairs
      WHERE stripe_changed IS NOT NULL
      GROUP BY value
      UNION ALL
      SELECT 'metadata_key' AS dimension, key AS value, NULL AS day, ${sample} * count(*) AS subscriptions
      FROM (SELECT unnest(json_keys(metadata_json(sampled_metadata))) AS key FROM pairs WHERE sampled_metadata IS NOT NULL)
      GROUP BY key
      ${dimensions.map(cellsOf).join("\n      ")}
      UNION ALL
      SELECT dimension, coalesce(value, '') AS value, day, subscriptions
      FROM screened_cells
      WHERE dimension IN (${["all", "event", "hour_of_day", "metadata_key", ...dimensions].map(sqlText).join(", ")})
    ),
    totals AS (
      SELECT dimension, value, sum(subscriptions)::BIGINT AS subscriptions
      FROM cells
      GROUP BY dimension, value
    ),
    pooled AS (
      SELECT cells.* REPLACE (CASE WHEN totals.subscriptions < ${LEAST_SUBSCRIPTIONS} THEN '(rare)' ELSE value END AS value)
      FROM cells
      JOIN totals USING (dimension, value)
    )
  SELECT dimension, value, NULL AS day, sum(subscriptions)::BIGINT AS subscriptions, NULL AS changed
  FROM pooled
  GROUP BY dimension, value
  UNION ALL
  SELECT
    dimension,
    value,
    strftime(DATE '1970-01-01' + CAST(day AS INTEGER), '%Y-%m-%d') AS day,
    NULL AS subscriptions,
    sum(subscriptions)::BIGINT AS changed
  FROM pooled
  WHERE day IS NOT NULL
  GROUP BY dimension, value, day`;
}

function cellsOf(name: Dimension): string {
  const text = name === "created_month" ? `strftime(${name}, '%Y-%m')` : `CAST(${name} AS VARCHAR)`;
  return `UNION ALL
      SELECT '${name}' AS dimension, coalesce(${text}, '') AS value, day, count(*) AS subscriptions
      FROM subscriptions
      GROUP BY ${name}, day`;
}
