import type { Column } from "../sources/column";
import type { Side } from "../subscription";
import type { JoinSide } from "./pair";

/** Creates `<side>_twins`: one row an id that stands in several rows of the export, with how many and whether they differ. */
export function createTwins({ source, query }: JoinSide): string {
  const content = source.line === null ? "*" : "* EXCLUDE (line)";
  return `
  CREATE OR REPLACE TEMP TABLE ${source.side}_twins AS
  WITH
    twins AS (SELECT id FROM (${query}) WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1),
    contents AS (SELECT ${content} FROM (${query}))
  SELECT contents.id, count(*) AS copies, count(DISTINCT CAST(contents AS VARCHAR)) > 1 AS differ
  FROM contents
  SEMI JOIN twins USING (id)
  GROUP BY contents.id`;
}

/** The times that tell which copy of a row was written last. */
const WRITTEN_TIMES: Readonly<Record<Side, readonly Column[]>> = {
  stripe: ["created", "canceled_at", "ended_at"],
  database: ["updated"],
};

/** Creates `<side>_chosen`: of each id that stands several times the row written last, by its times and then by its text. */
export function createChosen({ source, query }: JoinSide): string {
  const { side } = source;
  const times = WRITTEN_TIMES[side].filter((column) => source.columns[column] !== undefined);
  return `
  CREATE OR REPLACE TEMP TABLE ${side}_chosen AS
  SELECT *
  FROM (${query}) AS side
  SEMI JOIN ${side}_twins USING (id)
  QUALIFY row_number() OVER (PARTITION BY id ORDER BY ${times.length > 0 ? `greatest(${times.join(", ")}) DESC NULLS LAST, ` : ""}CAST(side AS VARCHAR) DESC) = 1`;
}

/** A query that returns each id of the export once. Needs both tables above. */
export function withoutTwins({ source, query }: JoinSide): string {
  return `SELECT * FROM (${query}) ANTI JOIN ${source.side}_twins USING (id) UNION ALL SELECT * FROM ${source.side}_chosen`;
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
