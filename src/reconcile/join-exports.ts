import type { Source } from "../sources/source";
import type { Side } from "../subscription";
import type { ReadCounts } from "./collect-rejected";
import type { Comparison } from "./comparison";
import { countTwins, createChosen, createTwins, withoutTwins } from "./deduplicate";
import type { Engine } from "./open-engine";
import { COUNT_PAIRS, COUNT_UNTRIMMED, CREATE_SEQUENCES, createPairs, type JoinSide } from "./pair";
import { sideQuery } from "./side-query";
import type { Warning } from "./summary";

interface PairCounts {
  readonly stripe_read: number;
  readonly database_read: number;
  readonly stripe_joined: number;
  readonly database_joined: number;
  readonly one_sided_twins: number;
  readonly stripe_without_id: number;
  readonly database_without_id: number;
}

/** Joins the exports; again, and more slowly, when ids carry spaces or stand in several rows. */
export async function joinExports(
  engine: Engine,
  stripe: Source,
  database: Source,
  comparison: Comparison,
  until: number,
): Promise<{ sides: Record<Side, JoinSide>; read: ReadCounts; warnings: Warning[] }> {
  const warnings: Warning[] = [];
  let sides = {
    stripe: { source: stripe, query: sideQuery(stripe) },
    database: { source: database, query: sideQuery(database) },
  };
  const join = async (): Promise<PairCounts> => {
    await engine.run(CREATE_SEQUENCES);
    await engine.run(createPairs(sides.stripe, sides.database, comparison, until));
    const [counts] = await engine.rows<PairCounts>(COUNT_PAIRS);
    return counts as PairCounts;
  };
  let counts = await join();
  const [untrimmed] = await engine.rows<{ rows: number }>(COUNT_UNTRIMMED);
  if ((untrimmed?.rows ?? 0) > 0) {
    sides = {
      stripe: { source: stripe, query: sideQuery(stripe, true) },
      database: { source: database, query: sideQuery(database, true) },
    };
    counts = await join();
  }
  const first = counts;
  await engine.run("CREATE OR REPLACE TEMP TABLE differing_twins (id VARCHAR)");
  if (
    counts.stripe_joined > counts.stripe_read ||
    counts.database_joined > counts.database_read ||
    counts.one_sided_twins > 0
  ) {
    for (const side of ["stripe", "database"] as const) {
      await engine.run(createTwins(sides[side]));
      await engine.run(createChosen(sides[side]));
      await engine.run(`INSERT INTO differing_twins SELECT id FROM ${side}_twins WHERE differ`);
      warnings.push(...(await warnOfTwins(engine, sides[side])));
      sides = { ...sides, [side]: { ...sides[side], query: withoutTwins(sides[side]) } };
    }
    await join();
  }
  const read = {
    stripe: first.stripe_read,
    database: first.database_read,
    withoutId: { stripe: first.stripe_without_id, database: first.database_without_id },
  };
  return { sides, read, warnings };
}

async function warnOfTwins(engine: Engine, { source }: JoinSide): Promise<Warning[]> {
  const [twins] = await engine.rows<{ ids: number; rows: number; differing: number; examples: string | null }>(
    countTwins(source.side),
  );
  if (twins === undefined || twins.ids === 0) return [];
  const differing =
    twins.differing === 0
      ? "all copies are alike"
      : `${twins.differing} differ (${twins.examples}${twins.differing > 5 ? ", …" : ""}) and go to review`;
  return [
    {
      code: "duplicate_ids",
      message: `${source.file.path}: ${twins.ids} ids stand in several rows (${twins.rows} rows); the row written last counts; ${differing}.`,
      rows: twins.rows - twins.ids,
    },
  ];
}
