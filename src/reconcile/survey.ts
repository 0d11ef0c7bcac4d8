import { sqlText } from "../sources/sql-text";
import { ENDED_STATUSES } from "../subscription";
import type { Engine } from "./open-engine";
import type { Screened } from "./screen/screen";

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

/**
 * One row: counts of `pairs`, and of the orphans in `settled`.
 *
 * @param stripeOldest - the oldest creation in the Stripe export, Unix seconds
 */
const countRows = (stripeOldest: number | null): string => `
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
        min(currency) AS first_currency,
        max(currency) AS last_currency
      FROM pairs
    ),
    orphans AS (
      SELECT
        count(*) AS orphans,
        count(*) FILTER (list_has_any(meaning, ${ENDED_LIST})) AS orphans_ended,
        count(*) FILTER (coalesce(database_created, database_updated) < ${stripeOldest ?? "NULL"}) AS orphans_older
      FROM settled
      WHERE stripe_row IS NULL AND NOT (coalesce(list_contains(meaning, 'archived'), false) OR database_archived_at IS NOT NULL)
    )
  SELECT * FROM totals CROSS JOIN orphans`;

/** One row a fragment that Stripe's ids share: how many do. */
const COUNT_FRAGMENTS = `
  SELECT account_fragment AS fragment, count(*) AS rows
  FROM pairs
  WHERE stripe_row IS NOT NULL
  GROUP BY ALL`;

/** What {@link countRows} returns. */
type Counted = Omit<Survey, "several_currencies" | "fragment" | "fragment_rows"> &
  Readonly<Record<"first_currency" | "last_currency", string | null>>;

/**
 * Surveys the exports as a whole: the rows in `pairs` and `settled`, and the pairs that were set aside before.
 *
 * Orphans are never set aside, so that those of `settled` are all; so are rows that have no time of creation, or one that only the engine reads.
 */
export async function takeSurvey(engine: Engine, screened: Screened | null): Promise<Survey> {
  const [oldest] = await engine.rows<{ oldest: number | null }>("SELECT min(stripe_created) AS oldest FROM pairs");
  const stripeOldest = least(oldest?.oldest ?? null, screened?.scanned.stripe.oldest ?? null);
  const [counted] = await engine.rows<Counted>(countRows(stripeOldest));
  if (counted === undefined) throw new Error("the survey has one row");
  const { first_currency, last_currency, ...counts } = counted;
  const fragments = screened?.tally.fragments() ?? new Map<string | null, number>();
  for (const { fragment, rows } of await engine.rows<{ fragment: string | null; rows: number }>(COUNT_FRAGMENTS))
    fragments.set(fragment, (fragments.get(fragment) ?? 0) + rows);
  const currencies = screened?.tally.currencies() ?? new Set<string>();
  for (const currency of [first_currency, last_currency]) if (currency !== null) currencies.add(currency);
  const whole = screened === null ? counts : added(counts, screened);
  return { ...whole, several_currencies: currencies.size > 1, ...mostShared(fragments) };
}

/** Of equal counts the fragment that comes first; none comes last. */
function mostShared(fragments: ReadonlyMap<string | null, number>): Pick<Survey, "fragment" | "fragment_rows"> {
  let best: Pick<Survey, "fragment" | "fragment_rows"> = { fragment: null, fragment_rows: 0 };
  for (const [fragment, rows] of fragments) {
    const isFirst = fragment !== null && (best.fragment === null || fragment < best.fragment);
    if (rows > best.fragment_rows || (rows === best.fragment_rows && isFirst)) best = { fragment, fragment_rows: rows };
  }
  return best;
}

/** Counts of the rows that were left, and of the pairs that were set aside. */
function added<Counts extends Omit<Counted, "first_currency" | "last_currency">>(
  counts: Counts,
  { tally, scanned }: Screened,
): Counts {
  const { ended, canceled } = tally.ended();
  return {
    ...counts,
    stripe_rows: counts.stripe_rows + tally.pairs,
    database_rows: counts.database_rows + tally.pairs,
    matched: counts.matched + tally.pairs,
    stripe_oldest: least(counts.stripe_oldest, scanned.stripe.oldest),
    stripe_newest: most(counts.stripe_newest, scanned.stripe.newest),
    database_oldest: least(counts.database_oldest, scanned.database.oldest),
    database_newest: most(counts.database_newest, scanned.database.newest),
    stripe_live: counts.stripe_live + tally.stripeLive,
    stripe_test: counts.stripe_test + tally.stripeTest,
    database_live: counts.database_live + tally.databaseLive,
    database_test: counts.database_test + tally.databaseTest,
    stripe_ended: counts.stripe_ended + ended,
    stripe_canceled: counts.stripe_canceled + canceled,
    stripe_ended_matched: counts.stripe_ended_matched + ended,
  };
}

function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function most(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

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
