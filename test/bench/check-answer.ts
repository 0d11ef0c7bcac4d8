import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { readSummary } from "../../src/reconcile/summary";
import { DISPOSITIONS, KINDS } from "../../src/subscription";
import type { BenchCase } from "./bench-case";
import type { BenchExports } from "./make-exports";

/**
 * Checks what a comparison wrote against what was planted: the counts of its summary, and every discrepancy by id, kind and changed
 * metadata keys.
 *
 * @throws Error that says what is wrong: a fast wrong answer is no result
 */
export async function checkAnswer(out: string, bench: BenchCase, exports: BenchExports): Promise<void> {
  const summary = await readSummary(join(out, "summary.json"));
  const { counts } = summary;
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const one = async (query: string): Promise<Record<string, number>> => {
    const [row] = (await connection.runAndReadAll(query)).getRowObjectsJS();
    return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
  };
  try {
    const planted = await one(countByKind(exports.planted));
    const found = Object.fromEntries(
      KINDS.map((kind) => [kind, DISPOSITIONS.reduce((sum, disposition) => sum + counts[kind][disposition], 0)]),
    );
    const { stripe, database, matched } = counts;
    const subscriptions = exports.subscriptions;
    compare(
      { verdict: summary.verdict, stripe, database, matched, ...found },
      {
        verdict: bench.matches ? "discrepancies" : "incomparable",
        stripe: subscriptions,
        database: subscriptions,
        matched: bench.matches ? subscriptions : 0,
        ...planted,
      },
    );
    compare(await one(countUnplanned(exports.planted, join(out, "discrepancies.parquet"))), { invented: 0, lost: 0 });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function compare(found: object, planted: object): void {
  const [is, was] = [JSON.stringify(found), JSON.stringify(planted)];
  if (is !== was) throw new Error(`The answer is wrong. Found ${is}, planted ${was}.`);
}

/** One row: how many discrepancies of each kind were planted. */
function countByKind(planted: string): string {
  const counts = KINDS.map((kind) => `count(*) FILTER (kind = '${kind}') AS ${kind}`);
  return `SELECT ${counts.join(", ")} FROM ${plantedTable(planted)}`;
}

/** One row: discrepancies that were found and never planted, and such as were planted and not found. */
function countUnplanned(planted: string, discrepancies: string): string {
  return `
  WITH
    planted AS (FROM ${plantedTable(planted)}),
    found AS (
      SELECT subscription_id, kind, CAST(to_json(coalesce(json_keys(details, '$.metadata.changed'), [])) AS VARCHAR) AS changed
      FROM read_parquet('${discrepancies}')
    )
  SELECT
    (SELECT count(*) FROM (FROM found EXCEPT ALL FROM planted)) AS invented,
    (SELECT count(*) FROM (FROM planted EXCEPT ALL FROM found)) AS lost`;
}

/** Nothing is left to detection, which looks at the first rows alone. */
function plantedTable(path: string): string {
  return `read_csv('${path}', auto_detect = false, header = true, quote = '"', escape = '"', columns = {'subscription_id': 'VARCHAR', 'kind': 'VARCHAR', 'changed': 'VARCHAR'})`;
}
