import { copyFile } from "node:fs/promises";
import { sqlText } from "../sources/sql-text";
import { mergePopulation, type ToldValue } from "./merge-population";
import { neutralSql } from "./neutral-sql";
import type { Engine } from "./open-engine";
import type { CountedValue } from "./screen/tally";

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

/** One row: for each dimension that often has a single value whether it has one here. Reads `pairs` and `screened_values`. */
const FIND_SINGLE = `
  SELECT
    ${OFTEN_SINGLE.map((name) => {
      const values = `SELECT CAST(${DIMENSIONS[name]} AS VARCHAR) AS value FROM pairs UNION ALL SELECT value FROM screened_values WHERE dimension = '${name}'`;
      return `(SELECT min(value) IS NOT DISTINCT FROM max(value) AND count(value) IN (0, count(*)) FROM (${values})) AS ${name}`;
    }).join(",\n    ")}`;

/** Values with fewer subscriptions than this cannot show a pattern; they are pooled. */
const LEAST_SUBSCRIPTIONS = 5;

/** The population of the pairs that were set aside before the engine read anything. */
export interface ScreenedPopulation {
  readonly values: readonly CountedValue[];
  /** SQL after FROM: the place of each in `values`, its dimension, value and subscriptions. */
  readonly relation: string;
  /** Where `population.csv` is made, together with what the engine counted. */
  readonly path: string;
}

/** A `population.csv` that is being made. */
export interface MergedPopulation {
  /** Its path, once it is whole. */
  readonly path: Promise<string>;
}

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
 * @param screened - what is not in `pairs`: it decides which values are rare, and is added by {@link startMerging}
 */
export async function createPopulation(
  engine: Engine,
  sample: number,
  screened: ScreenedPopulation | null,
): Promise<void> {
  await engine.run(
    "CREATE OR REPLACE TEMP TABLE screened_values (code INTEGER, dimension VARCHAR, value VARCHAR, subscriptions BIGINT)",
  );
  if (screened !== null) await engine.run(`INSERT INTO screened_values SELECT * FROM ${screened.relation}`);
  const [single = {}] = await engine.rows<Partial<Record<Dimension, boolean>>>(FIND_SINGLE);
  const dimensions = (Object.keys(DIMENSIONS) as Dimension[]).filter((name) => single[name] !== true);
  await engine.run(createCells(dimensions, sample));
  await engine.run(createValues(dimensions));
  await engine.run(CREATE_POPULATION);
  await engine.run("DROP TABLE population_cells");
}

/** Creates `population_cells`: dimension, value, day and how many of `pairs` there are. */
function createCells(dimensions: readonly Dimension[], sample: number): string {
  return `
  CREATE OR REPLACE TEMP TABLE population_cells AS
  WITH
    subscriptions AS NOT MATERIALIZED (
      SELECT
        ${dimensions.map((name) => `${DIMENSIONS[name]} AS ${name},`).join("\n        ")}
        coalesce(stripe_changed, database_created) // 86400 AS day
      FROM pairs
    )
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
  ${dimensions.map(cellsOf).join("\n  ")}`;
}

function cellsOf(name: Dimension): string {
  const text = name === "created_month" ? `strftime(${name}, '%Y-%m')` : `CAST(${name} AS VARCHAR)`;
  return `UNION ALL
  SELECT '${name}' AS dimension, coalesce(${text}, '') AS value, day, count(*) AS subscriptions
  FROM subscriptions
  GROUP BY ${name}, day`;
}

/** Creates `population_values`: each value, what it is told as, and the place of that in the order of `population.csv`. */
function createValues(dimensions: readonly Dimension[]): string {
  const told = ["all", "event", "hour_of_day", "metadata_key", ...dimensions].map(sqlText).join(", ");
  return `
  CREATE OR REPLACE TEMP TABLE population_values AS
  WITH
    all_values AS (
      SELECT dimension, value, subscriptions FROM population_cells
      UNION ALL
      SELECT dimension, coalesce(value, '') AS value, subscriptions FROM screened_values WHERE dimension IN (${told})
    ),
    pooled AS (
      SELECT dimension, value, CASE WHEN sum(subscriptions) < ${LEAST_SUBSCRIPTIONS} THEN '(rare)' ELSE value END AS told_as
      FROM all_values
      GROUP BY dimension, value
    )
  SELECT dimension, value, told_as, dense_rank() OVER (ORDER BY dimension, told_as) AS place
  FROM pooled`;
}

/** By place and day since 1970; the row without a day is the value as a whole. */
const CREATE_POPULATION = `
  CREATE OR REPLACE TEMP TABLE population AS
  WITH pooled AS (SELECT place, day, subscriptions FROM population_cells JOIN population_values USING (dimension, value))
  SELECT place, NULL AS day, sum(subscriptions)::BIGINT AS subscriptions
  FROM pooled
  GROUP BY place
  UNION ALL
  SELECT place, day, sum(subscriptions)::BIGINT AS subscriptions
  FROM pooled
  WHERE day IS NOT NULL
  GROUP BY place, day`;

const DAY_TEXT = "strftime(DATE '1970-01-01' + CAST(population.day AS INTEGER), '%Y-%m-%d')";

const POPULATION_CSV = `
  SELECT
    dimension,
    ${neutralSql("told_as")} AS value,
    ${DAY_TEXT} AS day,
    CASE WHEN population.day IS NULL THEN subscriptions END AS subscriptions,
    CASE WHEN population.day IS NOT NULL THEN subscriptions END AS changed
  FROM population
  JOIN (SELECT DISTINCT place, dimension, told_as FROM population_values) USING (place)
  ORDER BY place, population.day NULLS FIRST`;

const POPULATION_CELLS = `SELECT place, day, ${DAY_TEXT} AS day_text, subscriptions FROM population ORDER BY place, population.day NULLS FIRST`;
const POPULATION_VALUES = `SELECT DISTINCT place, dimension, ${neutralSql("told_as")} AS value FROM population_values ORDER BY place`;
const SCREENED_PLACES =
  "SELECT code, place FROM screened_values JOIN population_values ON screened_values.dimension = population_values.dimension AND coalesce(screened_values.value, '') = population_values.value";

/** Begins to make `population.csv` of what {@link createPopulation} left and of what was set aside before. The engine is free meanwhile. */
export async function startMerging(engine: Engine, screened: ScreenedPopulation): Promise<MergedPopulation> {
  const cells = `${screened.path}.cells`;
  await engine.run(`COPY (${POPULATION_CELLS}) TO ${sqlText(cells)} (FORMAT csv, HEADER false)`);
  const told = await engine.rows<ToldValue>(POPULATION_VALUES);
  const places = await engine.rows<{ code: number; place: number }>(SCREENED_PLACES);
  const aside = new Map<number, CountedValue[]>();
  for (const { code, place } of places) {
    const values = aside.get(place) ?? [];
    values.push(screened.values[code] as CountedValue);
    aside.set(place, values);
  }
  const path = mergePopulation(told, aside, cells, screened.path).then(() => screened.path);
  path.catch(() => undefined);
  return { path };
}

/** Writes `population.csv` as {@link createPopulation} left it, or as it was made meanwhile. */
export async function writePopulation(engine: Engine, merged: MergedPopulation | null, path: string): Promise<void> {
  if (merged === null) await engine.run(`COPY (${POPULATION_CSV}) TO ${sqlText(path)} (FORMAT csv, HEADER)`);
  else await copyFile(await merged.path, path);
}
