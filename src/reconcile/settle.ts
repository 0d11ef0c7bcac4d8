import type { Source } from "../sources/source";
import { sqlText } from "../sources/sql-text";
import type { Comparison } from "./comparison";
import { columnsLackedBy, columnsOf, sideColumn } from "./side-query";

/** Which metadata keys are compared. */
export interface MetadataRules {
  /** Keys not compared at all. */
  readonly ignore: readonly string[];
  /** The only keys one export has columns for; null when metadata is whole. */
  readonly only: readonly string[] | null;
}

/**
 * SQL macros that read metadata: maps of strings, whatever the database made of them.
 *
 * `metadata_json` gives the JSON object, NULL when there is something else. Text that holds an encoded object is decoded once
 * more, and PHP's `[]` is its empty object. `metadata_map` gives text to text: numbers and booleans as text, null and '' left out
 * (Stripe cannot store ''), the last of two equal keys. Two equal keys are rare, so they are looked for only where there are some.
 */
export function createMetadataMacros(rules: MetadataRules): string {
  const conditions = [
    ...(rules.ignore.length === 0 ? [] : [`AND NOT list_contains(${listSql(rules.ignore)}, e.key)`]),
    ...(rules.only === null ? [] : [`AND list_contains(${listSql(rules.only)}, e.key)`]),
  ].join(" ");
  return `
  CREATE OR REPLACE TEMP MACRO metadata_object(json) AS
    CASE json_type(json)
      WHEN 'OBJECT' THEN json
      WHEN 'NULL' THEN CAST('{}' AS JSON)
      WHEN 'ARRAY' THEN CASE WHEN json_array_length(json) = 0 THEN CAST('{}' AS JSON) END
    END;
  CREATE OR REPLACE TEMP MACRO metadata_json(text) AS
    CASE
      WHEN text IS NULL OR trim(text) = '' THEN CAST('{}' AS JSON)
      WHEN json_type(try_cast(text AS JSON)) = 'VARCHAR' THEN metadata_object(try_cast((try_cast(text AS JSON) ->> '$') AS JSON))
      ELSE metadata_object(try_cast(text AS JSON))
    END;
  CREATE OR REPLACE TEMP MACRO metadata_entries(json) AS map_entries(CAST(json AS MAP(VARCHAR, JSON)));
  CREATE OR REPLACE TEMP MACRO last_of_each_key(entries) AS
    CASE
      WHEN list_unique(list_transform(entries, lambda e: e.key)) = len(entries) THEN entries
      ELSE list_filter(entries, lambda e, i: NOT list_contains(list_transform(entries[i + 1:], lambda later: later.key), e.key))
    END;
  CREATE OR REPLACE TEMP MACRO metadata_map(entries) AS
    map_from_entries(
      list_filter(
        list_transform(last_of_each_key(entries), lambda e: {'key': e.key, 'value': e.value ->> '$'}),
        lambda e: coalesce(e.value, '') <> '' ${conditions}
      )
    )`;
}

function listSql(values: readonly string[]): string {
  return `CAST([${values.map(sqlText).join(", ")}] AS VARCHAR[])`;
}

/**
 * Creates `settled`: every pair that was not proved equal, compared exactly.
 *
 * Reads `pairs` and `status_words` (word, statuses). `ownedByApp` are metadata keys that may stand in the database alone. Columns: those of
 * both rows (`stripe_…`, `database_…`, NULL where a side has none), what differs (`status_differs`, `fields` as a map of field to its two
 * values, `metadata_added`, `metadata_removed`, `metadata_changed`), and `unreadable`, the side whose metadata is no JSON object; only then is
 * the text of the metadata kept. A field Stripe's export leaves empty is not known and not compared.
 *
 * The table is `settled_rows`; `settled` is a view that adds a NULL for each column an export lacks, which would take room in every row.
 */
export function createSettled(
  stripe: Source,
  database: Source,
  comparison: Comparison,
  ownedByApp: readonly string[],
): string {
  const step = comparison.timeStep;
  const time = (value: string): string => `strftime(make_timestamp(${value} * 1000000), '%Y-%m-%dT%H:%M:%SZ')`;
  const isTime = (field: string): boolean => field.startsWith("current_period");
  const fields = comparison.fields.map((field) => {
    const [ours, theirs] = [`stripe.${field}`, `database.${field}`];
    const differs =
      field === "cancel_at_period_end"
        ? `${ours} <> coalesce(${theirs}, false)`
        : field === "price_id"
          ? `${ours} IS DISTINCT FROM ${theirs} AND NOT coalesce(list_contains(string_split(${ours}, ','), ${theirs}), contains(${ours}, ','))`
          : isTime(field)
            ? `${ours} // ${step} IS DISTINCT FROM ${theirs} // ${step}`
            : field === "quantity"
              ? `CASE WHEN ${ours} = ${theirs} THEN false ELSE coalesce(try_cast(${ours} AS DECIMAL(38, 9)) IS DISTINCT FROM try_cast(${theirs} AS DECIMAL(38, 9)), true) END`
              : `${ours} IS DISTINCT FROM ${theirs}`;
    const text = (value: string): string => (isTime(field) ? time(value) : `CAST(${value} AS VARCHAR)`);
    return `CASE WHEN ${ours} IS NOT NULL AND (${differs}) THEN {'key': '${field}', 'value': {'stripe': ${text(ours)}, 'database': ${text(theirs)}}} END`;
  });
  const noDifference = 'CAST(MAP {} AS MAP(VARCHAR, STRUCT(stripe VARCHAR, "database" VARCHAR)))';
  const isCompared = `${comparison.metadata} AND stripe_row IS NOT NULL AND database_row IS NOT NULL`;
  const kept = [stripe, database].flatMap((source) =>
    columnsOf(source)
      .filter((column) => column !== "id" && column !== "metadata")
      .map((column) => `${source.side}.${column} AS ${source.side}_${column}`),
  );
  const lacked = [stripe, database].flatMap((source) =>
    columnsLackedBy(source).map((column) => `${sideColumn(source, column)} AS ${source.side}_${column}`),
  );
  return `
  CREATE OR REPLACE TEMP TABLE settled_rows AS
  WITH
    unsettled AS (
      SELECT stripe_row, database_row, unsettled[1].stripe AS stripe, unsettled[1].database AS database
      FROM pairs
      WHERE unsettled IS NOT NULL
    ),
    parsed AS (
      SELECT
        unsettled.*,
        coalesce(stripe.id, database.id) AS id,
        status_words.statuses AS meaning,
        metadata_json(${comparison.metadata ? "stripe.metadata" : "NULL"}) AS stripe_json,
        metadata_json(${comparison.metadata ? "database.metadata" : "NULL"}) AS database_json
      FROM unsettled
      LEFT JOIN status_words ON status_words.word = database.status
    ),
    listed AS (
      SELECT
        * EXCLUDE (stripe_json, database_json),
        CASE WHEN stripe_json IS NULL THEN 'stripe' WHEN database_json IS NULL THEN 'database' END AS unreadable,
        metadata_entries(CASE WHEN ${isCompared} THEN stripe_json ELSE CAST('{}' AS JSON) END) AS stripe_entries,
        metadata_entries(CASE WHEN ${isCompared} THEN database_json ELSE CAST('{}' AS JSON) END) AS database_entries
      FROM parsed
    ),
    read AS (
      SELECT
        * EXCLUDE (stripe_entries, database_entries),
        metadata_map(stripe_entries) AS ours,
        metadata_map(database_entries) AS theirs
      FROM listed
    )
  SELECT
    stripe_row,
    database_row,
    id,
    ${kept.join(",\n    ")},
    coalesce(${sideColumn(database, "tenant_id")}, json_extract_string(metadata_json(${sideColumn(stripe, "metadata")}), '/tenant_id')) AS tenant_id,
    meaning,
    unreadable,
    CASE unreadable WHEN 'stripe' THEN ${sideColumn(stripe, "metadata")} WHEN 'database' THEN ${sideColumn(database, "metadata")} END AS unreadable_text,
    CASE
      WHEN stripe_row IS NOT NULL AND database_row IS NOT NULL
      THEN NOT (coalesce(list_contains(meaning, lower(stripe.status)), false) OR coalesce(lower(stripe.status) = lower(database.status), false))
    END AS status_differs,
    CASE
      WHEN stripe_row IS NOT NULL AND database_row IS NOT NULL
      THEN map_from_entries(list_filter([${fields.length > 0 ? fields.join(",\n        ") : 'CAST(NULL AS STRUCT(key VARCHAR, value STRUCT(stripe VARCHAR, "database" VARCHAR)))'}], lambda e: e IS NOT NULL))
      ELSE ${noDifference}
    END AS fields,
    map_from_entries(list_sort(list_filter(map_entries(ours), lambda e: theirs[e.key] IS NULL))) AS metadata_added,
    map_from_entries(list_sort(list_filter(map_entries(theirs), lambda e: ours[e.key] IS NULL AND NOT list_contains(${listSql(ownedByApp)}, e.key)))) AS metadata_removed,
    map_from_entries(
      list_transform(
        list_sort(list_filter(map_entries(ours), lambda e: theirs[e.key] <> e.value)),
        lambda e: {'key': e.key, 'value': {'stripe': e.value, 'database': theirs[e.key]}}
      )
    ) AS metadata_changed
  FROM read;
  CREATE OR REPLACE TEMP VIEW settled AS
  SELECT ${["*", ...lacked].join(", ")}
  FROM settled_rows`;
}
