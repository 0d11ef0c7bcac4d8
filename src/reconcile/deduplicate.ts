import type { Side } from "../subscription";

/** Creates `<side>_twins`: one row an id that stands in several rows of the export, with how many and whether they differ. */
export function createTwins(side: Side, query: string): string {
  return `
  CREATE OR REPLACE TEMP TABLE ${side}_twins AS
  WITH
    twins AS (SELECT id FROM (${query}) WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1)
  SELECT id, count(*) AS copies, count(DISTINCT row_text) > 1 AS differ
  FROM (SELECT id, CAST(struct AS VARCHAR) AS row_text FROM (SELECT id, side AS struct FROM (SELECT * EXCLUDE (line) FROM (${query})) AS side))
  SEMI JOIN twins USING (id)
  GROUP BY id`;
}

/** Creates `<side>_chosen`: of each id that stands several times the row written last, by its times and then by its text. */
export function createChosen(side: Side, query: string): string {
  const written = side === "stripe" ? "greatest(created, canceled_at, ended_at)" : "updated";
  return `
  CREATE OR REPLACE TEMP TABLE ${side}_chosen AS
  SELECT *
  FROM (${query}) AS side
  SEMI JOIN ${side}_twins USING (id)
  QUALIFY row_number() OVER (PARTITION BY id ORDER BY ${written} DESC NULLS LAST, CAST(side AS VARCHAR) DESC) = 1`;
}

/** A query that returns each id of the export once. Needs both tables above. */
export function withoutTwins(side: Side, query: string): string {
  return `SELECT * FROM (${query}) ANTI JOIN ${side}_twins USING (id) UNION ALL SELECT * FROM ${side}_chosen`;
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
