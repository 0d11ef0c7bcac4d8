import { sqlText } from "../sources/sql-text";
import { ENDED_STATUSES, LIVE_STATUSES } from "../subscription";
import type { Engine } from "./open-engine";
import { accountFragment } from "./pair";

/** What the rows of `settled` are judged by. Times are Unix seconds in UTC. */
export interface Circumstances {
  /** Changes in this window, ends included, may show in one export and not yet in the other. */
  readonly windowFrom: number;
  readonly windowTo: number;
  /** When the Stripe export was finished: what lies after it has not happened for it. */
  readonly stripeUntil: number;
  /** Whether `updated` of the database says that a row changed; not when a bulk job touched most rows. */
  readonly updatedMeansChanged: boolean;
  /** The mode of the Stripe export, null when it is not known. */
  readonly livemode: boolean | null;
  /** The account fragment that most of Stripe's ids share, null when there is none. */
  readonly accountFragment: string | null;
  /** The oldest creation in the Stripe export, null when it is not known. */
  readonly oldestCreated: number | null;
  /** Nothing says that the Stripe export is whole, and much of the database is missing in it. */
  readonly stripeMayBePartial: boolean;
  /** Subscriptions are billed in more than one currency, so that a discrepancy says its own. */
  readonly severalCurrencies: boolean;
  /** The database was read after Stripe, so that a row without a time may be younger than the Stripe export. */
  readonly databaseIsLater: boolean;
  /** The database keeps no row of an ended subscription. */
  readonly keepsNoEnded: boolean;
  /** A row of this side was rejected and its id could not be read: nothing is sure to be missing there. */
  readonly unknownRejected: { readonly stripe: boolean; readonly database: boolean };
}

const list = (words: readonly string[]): string => `(${words.map(sqlText).join(", ")})`;
const ENDED = list(ENDED_STATUSES);
const LIVE = list(LIVE_STATUSES);

/** 23 hours, after which Stripe gives up on an incomplete subscription. Source: https://docs.stripe.com/billing/subscriptions/overview */
const INCOMPLETE_SECONDS = 82_800;

/** The customers of subscriptions that are missing or whose status differs. */
const ASKED_CUSTOMERS = `
      SELECT DISTINCT coalesce(stripe_customer_id, database_customer_id) AS customer
      FROM settled
      WHERE stripe_row IS NULL OR database_row IS NULL OR status_differs`;

/** The customers that `customers` counts for. Reads `settled`. */
export async function readAskedCustomers(engine: Engine): Promise<string[]> {
  const asked = await engine.rows<{ customer: string | null }>(ASKED_CUSTOMERS);
  return asked.flatMap(({ customer }) => customer ?? []);
}

/**
 * Creates `customers`: for each customer of a subscription that is missing or whose status differs, how many subscriptions it has in
 * Stripe, how many of those live, and how many it has in the database. Reads `pairs` and `settled`.
 */
export const CREATE_CUSTOMERS = `
  CREATE OR REPLACE TEMP TABLE customers AS
  WITH
    asked AS (${ASKED_CUSTOMERS}),
    known AS (
      SELECT stripe_customer AS customer, true AS in_stripe, lower(stripe_status) IN ${LIVE} AS lives, database_row IS NOT NULL AS in_database
      FROM pairs
      SEMI JOIN asked ON asked.customer = pairs.stripe_customer
      WHERE stripe_row IS NOT NULL
      UNION ALL
      SELECT database_customer_id, false, false, true
      FROM settled
      WHERE stripe_row IS NULL
    )
  SELECT
    customer,
    count(*) FILTER (in_stripe) AS in_stripe,
    count(*) FILTER (lives) AS live,
    count(*) FILTER (in_database) AS in_database
  FROM known
  GROUP BY customer`;

/**
 * Adds to `customers` the subscriptions that stand elsewhere, where only a part of the exports is compared.
 *
 * @param elsewhere - SQL after FROM: one row a customer, with the counts of `customers`
 */
export function addCustomersElsewhere(elsewhere: string): string {
  return `
  CREATE OR REPLACE TEMP TABLE customers AS
  SELECT
    customer,
    sum(in_stripe)::BIGINT AS in_stripe,
    sum(live)::BIGINT AS live,
    sum(in_database)::BIGINT AS in_database
  FROM (FROM customers UNION ALL BY NAME FROM ${elsewhere})
  GROUP BY customer`;
}

/** SQL for the details with the currency of the subscription. */
const WITH_CURRENCY = `
    CASE
      WHEN coalesce(stripe_currency, database_currency) IS NULL THEN details
      ELSE CAST(json_merge_patch(details, to_json({'currency': coalesce(stripe_currency, database_currency)})) AS VARCHAR)
    END AS details`;

/**
 * Creates `discrepancies`: one row a subscription and kind, judged. Reads `settled`, `customers`, `rejected_ids` (side, id) and
 * `differing_twins` (id), `reread` (id: read again on both sides, and still so), `moved` (id: read again, and no longer so), `absent` (id: Stripe itself said 404)
 * and `other_mode` (id: Stripe has it in the other mode).
 *
 * When the two sides parted (`changed_at`) follows from Stripe's own times, since a subscription has no time of last change:
 * the end for an ended one, the trial's end for one that left its trial, and so on; else the database's `updated`. What has
 * no time of its own in Stripe (metadata, price, quantity) parted some time after the row was last written.
 */
export function createDiscrepancies(now: Circumstances): string {
  const inWindow = (time: string): string => `coalesce(${time} BETWEEN ${now.windowFrom} AND ${now.windowTo}, false)`;
  const happened = (time: string): string => `CASE WHEN ${time} <= ${now.stripeUntil} THEN ${time} END`;
  const at = (...choices: readonly [time: string, basis: string][]): string =>
    `coalesce(${choices.map(([time, basis]) => `CASE WHEN ${time} IS NOT NULL THEN {'at': ${time}, 'basis': ${sqlText(basis)}} END`).join(", ")})`;
  return `
  CREATE OR REPLACE TEMP TABLE discrepancies AS
  WITH
    circumstances AS (
      SELECT
        settled.*,
        lower(stripe_status) AS stripe_word,
        stripe_row IS NOT NULL AND lower(stripe_status) IN ${ENDED} AS stripe_ended,
        list_has_any(meaning, ${listOf(LIVE_STATUSES)}) AS database_live,
        list_has_any(meaning, ${listOf(ENDED_STATUSES)}) AS database_ended,
        coalesce(list_contains(meaning, 'archived') OR database_archived_at IS NOT NULL, false) AS archived,
        database_row IS NOT NULL AND len(meaning) = 0 AS unknown_word,
        customers.in_stripe AS customer_stripe,
        coalesce(customers.live, 0) AS customer_live,
        customers.in_database AS customer_database,
        stripe_row IS NULL AND (${now.unknownRejected.stripe} OR settled.id IN (SELECT id FROM rejected_ids WHERE side = 'stripe')) AS stripe_rejected,
        database_row IS NULL AND (${now.unknownRejected.database} OR settled.id IN (SELECT id FROM rejected_ids WHERE side = 'database')) AS database_rejected,
        settled.id IN (SELECT id FROM differing_twins) AS has_twins,
        settled.id IN (SELECT id FROM reread) AS is_reread,
        settled.id IN (SELECT id FROM moved) AS has_moved,
        settled.id IN (SELECT id FROM absent) AS is_absent
      FROM settled
      LEFT JOIN customers ON customers.customer = coalesce(stripe_customer_id, database_customer_id)
      WHERE unreadable IS NULL
    ),
    kinds AS (
      SELECT
        *,
        unnest(
          list_filter(
            [
              CASE WHEN database_row IS NULL THEN 'missing_in_database' END,
              CASE WHEN stripe_row IS NULL THEN 'missing_in_stripe' END,
              CASE WHEN status_differs THEN 'status_mismatch' END,
              CASE WHEN cardinality(metadata_added) + cardinality(metadata_removed) + cardinality(metadata_changed) > 0 THEN 'metadata_mismatch' END,
              CASE WHEN cardinality(fields) > 0 THEN 'field_mismatch' END
            ],
            lambda kind: kind IS NOT NULL
          )
        ) AS kind
      FROM circumstances
    ),
    dated AS (
      SELECT
        *,
        CASE kind
          WHEN 'missing_in_database' THEN ${at(["stripe_created", "stripe.created"])}
          WHEN 'missing_in_stripe' THEN ${at(["database_created", "database.created_at"], ["database_updated", "database.updated_at"], ["database_current_period_start", "database.current_period_start"])}
          WHEN 'status_mismatch' THEN
            CASE
              WHEN stripe_word = 'canceled' THEN ${at(["stripe_ended_at", "stripe.ended_at"], ["stripe_canceled_at", "stripe.canceled_at"], ["database_updated", "database.updated_at"])}
              WHEN stripe_word = 'incomplete_expired' THEN ${at(["stripe_ended_at", "stripe.ended_at"], [`stripe_created + ${INCOMPLETE_SECONDS}`, "stripe.created"])}
              WHEN stripe_word = 'incomplete' THEN ${at(["stripe_created", "stripe.created"])}
              WHEN stripe_word = 'trialing' THEN ${at(["stripe_trial_start", "stripe.trial_start"], ["stripe_created", "stripe.created"])}
              WHEN stripe_word = 'paused' THEN ${at(["stripe_paused_at", "stripe.paused_at"], [happened("stripe_trial_end"), "stripe.trial_end"], [happened("stripe_current_period_start"), "stripe.current_period_start"], ["database_updated", "database.updated_at"])}
              WHEN stripe_word IN ('past_due', 'unpaid') THEN ${at([happened("stripe_current_period_start"), "stripe.current_period_start"], ["database_updated", "database.updated_at"])}
              WHEN list_contains(meaning, 'trialing') THEN ${at([happened("stripe_trial_end"), "stripe.trial_end"], ["database_updated", "database.updated_at"], ["stripe_created", "stripe.created"])}
              WHEN list_contains(meaning, 'incomplete') THEN ${at(["stripe_created", "stripe.created"])}
              ELSE ${at(["database_updated", "database.updated_at"], ["database_canceled_at", "database.canceled_at"], ["stripe_created", "stripe.created"])}
            END
          WHEN 'metadata_mismatch' THEN ${at(["database_updated", "database.updated_at"], ["database_created", "database.created_at"], ["stripe_created", "stripe.created"])}
          ELSE
            CASE
              WHEN fields['cancel_at_period_end'] IS NOT NULL AND stripe_cancel_at_period_end AND stripe_canceled_at IS NOT NULL
              THEN ${at(["stripe_canceled_at", "stripe.canceled_at"])}
              WHEN fields['current_period_start'] IS NOT NULL OR fields['current_period_end'] IS NOT NULL
              THEN ${at([happened("stripe_current_period_start"), "stripe.current_period_start"], ["database_updated", "database.updated_at"], ["stripe_created", "stripe.created"])}
              ELSE ${at(["database_updated", "database.updated_at"], ["database_created", "database.created_at"], ["stripe_created", "stripe.created"])}
            END
        END AS parted,
        CASE
          WHEN kind = 'metadata_mismatch'
          THEN CAST(to_json({'metadata': {'added': metadata_added, 'removed': metadata_removed, 'changed': metadata_changed}}) AS VARCHAR)
          WHEN kind = 'field_mismatch'
          THEN CAST(to_json({'fields': fields}) AS VARCHAR)
          WHEN customer_stripe + customer_database > 0
          THEN CAST(to_json({'customer': {'stripe': customer_stripe, 'live': customer_live, 'database': customer_database}}) AS VARCHAR)
          ELSE '{}'
        END AS details
      FROM kinds
    ),
    judged AS (
      SELECT
        *,
        CASE
          WHEN stripe_rejected OR database_rejected THEN 'row_rejected'
          WHEN archived AND (stripe_row IS NULL OR stripe_ended) THEN 'archived_earlier'
          WHEN kind = 'missing_in_database' AND stripe_word = 'incomplete_expired' THEN 'incomplete_expired_not_stored'
          WHEN kind = 'missing_in_database' AND stripe_test_clock IS NOT NULL THEN 'test_clock'
          WHEN kind = 'missing_in_database' AND stripe_ended AND ${now.keepsNoEnded} THEN 'database_keeps_no_ended'
          WHEN NOT is_reread AND kind LIKE 'missing%' AND (has_moved OR ${inWindow("parted.at")}) THEN 'created_between_snapshots'
          WHEN NOT is_reread AND NOT kind LIKE 'missing%' AND (has_moved OR ${inWindow("parted.at")} OR (${now.updatedMeansChanged} AND ${inWindow("database_updated")})) THEN 'changed_between_snapshots'
          WHEN has_twins THEN 'duplicate_id'
          WHEN kind LIKE 'missing%' AND NOT regexp_matches(id, '^sub_[A-Za-z0-9_]+$') THEN 'id_not_stripe'
          WHEN kind = 'missing_in_stripe' AND id IN (SELECT id FROM other_mode) THEN 'other_mode'
          WHEN kind = 'missing_in_stripe' AND database_livemode <> ${now.livemode === null ? "NULL" : String(now.livemode)} THEN 'other_mode'
          WHEN kind = 'missing_in_stripe' AND ${accountFragment("id")} <> ${now.accountFragment === null ? "NULL" : sqlText(now.accountFragment)} THEN 'other_account'
          WHEN kind = 'missing_in_stripe' AND NOT is_absent AND coalesce(database_created, database_updated) < ${now.oldestCreated ?? "NULL"} THEN 'older_than_export'
          WHEN kind = 'missing_in_stripe' AND NOT is_absent AND ${now.databaseIsLater} AND parted IS NULL THEN 'time_unknown'
          WHEN kind = 'missing_in_stripe' AND NOT is_absent AND ${now.stripeMayBePartial} THEN 'export_may_be_partial'
          WHEN kind = 'missing_in_stripe' AND NOT database_ended AND customer_live > 0 THEN 'customer_has_live_subscription'
          WHEN kind = 'status_mismatch' AND stripe_ended AND NOT database_ended AND customer_live > 0 THEN 'customer_has_live_subscription'
          WHEN kind = 'status_mismatch' AND database_ended AND stripe_word IN ${LIVE} AND (stripe_cancel_at_period_end OR stripe_cancel_at IS NOT NULL) THEN 'scheduled_to_cancel'
          WHEN kind = 'status_mismatch' AND unknown_word THEN 'unknown_database_status'
        END AS reason
      FROM dated
    )
  SELECT
    id AS subscription_id,
    kind,
    CASE
      WHEN reason IS NULL THEN 'actionable'
      WHEN reason IN ('created_between_snapshots', 'changed_between_snapshots') THEN 'in_flight'
      WHEN reason IN ('archived_earlier', 'incomplete_expired_not_stored', 'test_clock', 'database_keeps_no_ended') THEN 'expected'
      ELSE 'review'
    END AS disposition,
    reason,
    coalesce(stripe_customer_id, database_customer_id) AS customer_id,
    tenant_id,
    coalesce(stripe_price_id, database_price_id) AS price_id,
    coalesce(stripe_livemode, database_livemode) AS livemode,
    stripe_status,
    database_status,
    ${isoTime("parted.at")} AS changed_at,
    parted.basis AS changed_at_basis,
    ${isoTime("stripe_created")} AS stripe_created_at,
    ${isoTime("database_created")} AS database_created_at,
    ${isoTime("database_updated")} AS database_updated_at,
    ${now.severalCurrencies ? WITH_CURRENCY : "details"}
  FROM judged`;
}

function listOf(words: readonly string[]): string {
  return `[${words.map(sqlText).join(", ")}]`;
}

/** SQL that writes Unix seconds as ISO 8601 in UTC. */
export function isoTime(seconds: string): string {
  return `strftime(make_timestamp(${seconds} * 1000000), '%Y-%m-%dT%H:%M:%SZ')`;
}
