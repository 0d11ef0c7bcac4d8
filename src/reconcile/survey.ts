import { sqlText } from "../sources/sql-text";
import { ENDED_STATUSES } from "../subscription";

/** What the two exports hold as a whole, from `pairs` and `settled`. Times are Unix seconds. */
export interface Survey {
  readonly stripe_rows: number;
  readonly database_rows: number;
  readonly matched: number;
  readonly stripe_oldest: number | null;
  readonly stripe_newest: number | null;
  readonly database_oldest: number | null;
  readonly database_newest: number | null;
  readonly stripe_live: number;
  readonly stripe_test: number;
  readonly database_live: number;
  readonly database_test: number;
  /** Subscriptions that ended, in the Stripe export. */
  readonly stripe_ended: number;
  /** Of those, the canceled ones. */
  readonly stripe_canceled: number;
  /** Of those that ended, the ones the database has too. */
  readonly stripe_ended_matched: number;
  readonly orphans: number;
  /** Orphans the database itself calls ended. */
  readonly orphans_ended: number;
  /** Orphans older than everything in the Stripe export. */
  readonly orphans_older: number;
  /** Whether the subscriptions are billed in more than one currency. */
  readonly several_currencies: boolean;
  /** The account fragment most of Stripe's ids share, and how many do. */
  readonly fragment: string | null;
  readonly fragment_rows: number;
}

const ENDED = `(${ENDED_STATUSES.map(sqlText).join(", ")})`;
const ENDED_LIST = `[${ENDED_STATUSES.map(sqlText).join(", ")}]`;

/** One row, a {@link Survey}. */
export const SURVEY = `
  WITH
    totals AS (
      SELECT
        count(stripe_row) AS stripe_rows,
        count(database_row) AS database_rows,
        count(*) FILTER (stripe_row IS NOT NULL AND database_row IS NOT NULL) AS matched,
        min(stripe_created) AS stripe_oldest,
        max(stripe_created) AS stripe_newest,
        min(database_created) AS database_oldest,
        max(database_created) AS database_newest,
        count(*) FILTER (stripe_livemode) AS stripe_live,
        count(*) FILTER (NOT stripe_livemode) AS stripe_test,
        count(*) FILTER (database_livemode) AS database_live,
        count(*) FILTER (NOT database_livemode) AS database_test,
        count(*) FILTER (stripe_status IN ${ENDED}) AS stripe_ended,
        count(*) FILTER (stripe_status = 'canceled') AS stripe_canceled,
        count(*) FILTER (stripe_status IN ${ENDED} AND database_row IS NOT NULL) AS stripe_ended_matched,
        coalesce(min(currency) <> max(currency), false) AS several_currencies
      FROM pairs
    ),
    orphans AS (
      SELECT
        count(*) AS orphans,
        count(*) FILTER (list_has_any(meaning, ${ENDED_LIST})) AS orphans_ended,
        count(*) FILTER (coalesce(database_created, database_updated) < (SELECT stripe_oldest FROM totals)) AS orphans_older
      FROM settled
      WHERE stripe_row IS NULL AND NOT (coalesce(list_contains(meaning, 'archived'), false) OR database_archived_at IS NOT NULL)
    ),
    fragments AS (
      SELECT account_fragment AS fragment, count(*) AS fragment_rows
      FROM pairs
      WHERE stripe_row IS NOT NULL
      GROUP BY ALL
      ORDER BY fragment_rows DESC, fragment
      LIMIT 1
    )
  SELECT * FROM totals CROSS JOIN orphans LEFT JOIN fragments ON true`;

/** One row: how many rows of the database were written inside the window, and how many carry a time at all. */
export function countUpdated(databaseQuery: string, from: number, to: number): string {
  return `
  SELECT count(*) FILTER (updated BETWEEN ${from} AND ${to}) AS inside, count(updated) AS rows
  FROM (${databaseQuery})`;
}

/** One row: how many settled rows were written inside the window. */
export function countSettledUpdated(from: number, to: number): string {
  return `SELECT count(*) AS rows FROM settled WHERE database_updated BETWEEN ${from} AND ${to}`;
}
