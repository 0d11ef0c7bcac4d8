import type { Column } from "../sources/column";
import type { OpenedFile } from "../sources/open-file";
import type { Source } from "../sources/source";
import type { Comparison } from "./comparison";
import { columnsOf, sideColumn } from "./side-query";

/** A side of the join: its source, and a query as `sideQuery` returns it. */
export interface JoinSide {
  readonly source: Source;
  readonly query: string;
}

/**
 * Creates the table `pairs`: one row a subscription of either side, joined by id in one pass over both exports.
 *
 * A pair that is *proved* equal keeps only what the denominators need. Every other one also carries both rows whole, as
 * `unsettled`, for the exact comparison in `settle`; one that a side lacks is told by its `lone_id`, so that nobody has to open the rows. A proof is conservative: statuses and fields that are the same text, and
 * metadata of which each side's JSON contains the other's. `json_contains` takes arrays for sets and ["1","1","2"] for
 * ["1","2","2"], so metadata with a `[` in it is never proved here; neither is JSON that cannot be read. (What contains a text with a `[`
 * and is contained in it has one too, so one side is looked at.)
 *
 * `stripe` and `database` are queries as `sideQuery` returns them. The sequences number the rows as they are read: a number
 * that comes up twice, or a count that exceeds the highest number, gives a duplicate id away.
 *
 * @param until Unix seconds; times after it lie in the future of the exports and are no changes.
 * @param sample - one in how many subscriptions keeps its metadata, for the population
 */
export function createPairs(
  stripe: JoinSide,
  database: JoinSide,
  comparison: Comparison,
  until: number,
  sample: number,
): string {
  const s = (column: Column): string => sideColumn(stripe.source, column);
  const d = (column: Column): string => sideColumn(database.source, column);
  const step = comparison.timeStep;
  const same = comparison.fields.map((field) =>
    field.startsWith("current_period") && step > 1
      ? `stripe.${field} // ${step} IS NOT DISTINCT FROM database.${field} // ${step}`
      : `stripe.${field} IS NOT DISTINCT FROM database.${field}`,
  );
  if (comparison.metadata) {
    same.push(`(
          stripe.metadata IS NOT DISTINCT FROM database.metadata
          OR (
            coalesce(try(json_contains(stripe.metadata, database.metadata) AND json_contains(database.metadata, stripe.metadata)), false)
            AND NOT contains(stripe.metadata, '[')
          )
        )`);
  }
  return `
  CREATE OR REPLACE TEMP TABLE pairs AS
  WITH
    stripe AS (SELECT nextval('stripe_rows') AS row, * FROM (${stripe.query})),
    database AS (SELECT nextval('database_rows') AS row, * FROM (${database.query}))
  SELECT
    stripe.row AS stripe_row,
    database.row AS database_row,
    ${s("customer_id")} AS stripe_customer,
    stripe.status AS stripe_status,
    database.status AS database_status,
    coalesce(${d("tenant_id")}, try(json_extract_string(${s("metadata")}, '/tenant_id'))) AS tenant_id,
    coalesce(${s("price_id")}, ${d("price_id")}) AS price_id,
    coalesce(${s("currency")}, ${d("currency")}) AS currency,
    ${s("livemode")} AS stripe_livemode,
    ${d("livemode")} AS database_livemode,
    ${s("created")} AS stripe_created,
    ${d("created")} AS database_created,
    ${accountFragment("coalesce(stripe.id, database.id)")} AS account_fragment,
    CASE WHEN hash(stripe.id) % ${sample} = 0 THEN ${s("metadata")} END AS sampled_metadata,
    greatest(
      ${s("created")},
      CASE WHEN ${s("trial_end")} <= ${until} THEN ${s("trial_end")} END,
      ${s("current_period_start")},
      ${s("paused_at")},
      ${s("canceled_at")},
      ${s("ended_at")}
    ) AS stripe_changed,
    CASE WHEN stripe.row IS NULL OR database.row IS NULL THEN nullif(coalesce(stripe.id, database.id), '') END AS lone_id,
    CASE
      WHEN coalesce(stripe.id, database.id) <> ''
        AND (
          stripe.status = database.status
          AND ${[`${s("test_clock")} IS NULL`, ...same].join("\n          AND ")}
        ) IS NOT true
      THEN [{
        'stripe': CASE WHEN stripe.row IS NOT NULL THEN ${rowStruct(stripe.source)} END,
        'database': CASE WHEN database.row IS NOT NULL THEN ${rowStruct(database.source)} END
      }]
    END AS unsettled
  FROM stripe
  FULL JOIN database ON stripe.id = database.id`;
}

/** Exports larger than this are told by a part of their metadata, bytes. */
const LARGE = 64 * 1024 * 1024;

/** One in how many subscriptions tells which metadata keys there are: all of them, or one in 16 by a hash of the id in a large export. */
export function metadataSample({ textBytes }: OpenedFile): number {
  return textBytes > LARGE ? 16 : 1;
}

/** SQL that packs the columns a side has. Naming them keeps DuckDB from carrying each row twice through the join. */
function rowStruct(source: Source): string {
  return `{${columnsOf(source)
    .map((column) => `'${column}': ${sideColumn(source, column)}`)
    .join(", ")}}`;
}

/**
 * SQL for the account fragment of a Stripe id: ten characters that long ids of one account share, after the prefix and six
 * characters of time. Undocumented, so a hint and never a proof. NULL for the short ids of old accounts.
 */
export function accountFragment(id: string): string {
  return `CASE WHEN length(${id}) >= 28 AND starts_with(${id}, 'sub_1') THEN substr(${id}, 11, 10) END`;
}

/** The sequences `createPairs` numbers with, from 1. */
export const CREATE_SEQUENCES = `
  CREATE OR REPLACE SEQUENCE stripe_rows;
  CREATE OR REPLACE SEQUENCE database_rows`;

/** One row: how many rows were read on each side, how many of them the join returned, and ids that stand twice on one side alone. */
export const COUNT_PAIRS = `
  SELECT
    coalesce(max(stripe_row), 0) AS stripe_read,
    coalesce(max(database_row), 0) AS database_read,
    count(stripe_row) AS stripe_joined,
    count(database_row) AS database_joined,
    count(*) FILTER (stripe_row IS NOT NULL AND database_row IS NOT NULL) AS matched,
    count(*) FILTER (database_row IS NULL AND lone_id IS NULL) AS stripe_without_id,
    count(*) FILTER (stripe_row IS NULL AND lone_id IS NULL) AS database_without_id,
    (
      SELECT count(*)
      FROM (
        SELECT 1
        FROM pairs
        WHERE lone_id IS NOT NULL
        GROUP BY lone_id
        HAVING count(*) > 1
      )
    ) AS one_sided_twins
  FROM pairs`;

/** One row: how many ids that found no partner carry white space around them. */
export const COUNT_UNTRIMMED = `
  SELECT count(*) AS rows
  FROM pairs
  WHERE lone_id <> trim(lone_id)`;

/** Frees the rows that `pairs` carried, once they are settled. */
export const DROP_UNSETTLED = "ALTER TABLE pairs DROP COLUMN unsettled";

/** One row a status word of the database: how often it stands there. */
export const COUNT_DATABASE_STATUSES = `
  SELECT database_status AS word, count(*) AS rows
  FROM pairs
  WHERE database_status IS NOT NULL
  GROUP BY ALL`;
