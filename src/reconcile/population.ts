/** Values with fewer subscriptions than this cannot show a pattern; they are pooled. */
const LEAST_SUBSCRIPTIONS = 5;

/**
 * Creates `population`: the denominators of a pattern.
 *
 * One row a dimension, value and day: `changed` subscriptions changed last on that day in Stripe (for one that Stripe lacks: were
 * created then in the database). The row without a day holds how many `subscriptions` there are in the cell. Values that fewer than five subscriptions
 * have are pooled as `(rare)`, so that a column of ids stays small. Reads `pairs`.
 */
export const CREATE_POPULATION = `
  CREATE OR REPLACE TEMP TABLE population AS
  WITH
    subscriptions AS (
      SELECT
        coalesce(tenant_id, json_extract_string(metadata_json(unsettled[1].stripe.metadata), '/tenant_id'), '') AS tenant_id,
        coalesce(price_id, '') AS price_id,
        coalesce(stripe_status, '') AS stripe_status,
        coalesce(currency, '') AS currency,
        coalesce(CAST(coalesce(stripe_livemode, database_livemode) AS VARCHAR), '') AS livemode,
        coalesce(account_fragment, '') AS account_fragment,
        coalesce(strftime(make_timestamp(coalesce(stripe_created, database_created) * 1000000), '%Y-%m'), '') AS created_month,
        coalesce(stripe_changed, database_created) // 86400 AS day
      FROM pairs
    ),
    cells AS (
      SELECT
        CASE
          WHEN grouping(tenant_id) = 0 THEN 'tenant_id'
          WHEN grouping(price_id) = 0 THEN 'price_id'
          WHEN grouping(stripe_status) = 0 THEN 'stripe_status'
          WHEN grouping(currency) = 0 THEN 'currency'
          WHEN grouping(livemode) = 0 THEN 'livemode'
          WHEN grouping(account_fragment) = 0 THEN 'account_fragment'
          WHEN grouping(created_month) = 0 THEN 'created_month'
          ELSE 'all'
        END AS dimension,
        coalesce(tenant_id, price_id, stripe_status, currency, livemode, account_fragment, created_month, '') AS value,
        day,
        count(*) AS subscriptions
      FROM subscriptions
      GROUP BY GROUPING SETS (
        (day),
        (tenant_id, day),
        (price_id, day),
        (stripe_status, day),
        (currency, day),
        (livemode, day),
        (account_fragment, day),
        (created_month, day)
      )
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
