import type { Column } from "../sources/column";
import type { Side } from "../subscription";
import type { JoinSide } from "./pair";

/** Creates `<side>_copies`: the rows whose id stands in several rows of the export. Only this reads the export again, twice. */
export function createCopies({ source, query }: JoinSide): string {
  return `
  CREATE OR REPLACE TEMP TABLE ${source.side}_copies AS
  SELECT *
  FROM (${query})
  SEMI JOIN (SELECT id FROM (${query}) WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1) USING (id)`;
}

/** Creates `<side>_twins`: one row an id of `<side>_copies`, with how many rows it stands in and whether they differ. */
export function createTwins({ source }: JoinSide): string {
  const content = source.line === null ? "*" : "* EXCLUDE (line)";
  return `
  CREATE OR REPLACE TEMP TABLE ${source.side}_twins AS
  WITH contents AS (SELECT ${content}, count(*) AS alike FROM ${source.side}_copies GROUP BY ALL)
  SELECT id, sum(alike)::BIGINT AS copies, count(*) > 1 AS differ
  FROM contents
  GROUP BY id`;
}

/** The times that tell which copy of a row was written last. */
const WRITTEN_TIMES: Readonly<Record<Side, readonly Column[]>> = {
  stripe: ["created", "canceled_at", "ended_at"],
  database: ["updated"],
};

/**
 * Creates `<side>_chosen`: of each id of `<side>_copies` the row written last, by its times and then by its text, which is written out only
 * where the copies differ. Reads `<side>_twins`.
 */
export function createChosen({ source }: JoinSide): string {
  const { side } = source;
  const times = WRITTEN_TIMES[side].filter((column) => source.columns[column] !== undefined);
  const order = [
    ...(times.length > 0 ? [`greatest(${times.map((time) => `side.${time}`).join(", ")}) DESC NULLS LAST`] : []),
    "CASE WHEN twins.differ THEN CAST(side AS VARCHAR) END DESC",
    ...(source.line === null ? [] : ["CAST(side.line AS VARCHAR) DESC"]),
  ];
  return `
  CREATE OR REPLACE TEMP TABLE ${side}_chosen AS
  SELECT side.*
  FROM ${side}_copies AS side
  JOIN ${side}_twins AS twins USING (id)
  QUALIFY row_number() OVER (PARTITION BY id ORDER BY ${order.join(", ")}) = 1`;
}

/** A query that returns each id of the export once. Needs `<side>_twins` and `<side>_chosen`. */
export function withoutTwins({ source, query }: JoinSide): string {
  return `SELECT * FROM (${query}) ANTI JOIN ${source.side}_twins USING (id) UNION ALL SELECT * FROM ${source.side}_chosen`;
}

/**
 * Creates `<side>_once`: each id of the export once. Needs `<side>_twins` and `<side>_chosen`. Joining both sides in one go with telling
 * their ids apart would take more memory than there is.
 */
export function createOnce(side: JoinSide): string {
  return `CREATE OR REPLACE TEMP TABLE ${side.source.side}_once AS ${withoutTwins(side)}`;
}

/** The query for the rows of `<side>_once`. */
export function onceQuery(side: Side): string {
  return `SELECT * FROM ${side}_once`;
}

/** One row: ids that stand several times, rows they take, ids whose rows differ, and some of those ids. */
export function countTwins(side: Side): string {
  return `
  SELECT
    count(*) AS ids,
    coalesce(sum(copies), 0)::BIGINT AS rows,
    count(*) FILTER (differ) AS differing,
    array_to_string((list(id ORDER BY id) FILTER (differ))[1:5], ', ') AS examples
  FROM ${side}_twins`;
}
