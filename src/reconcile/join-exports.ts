import { checkCsv } from "../sources/check-csv";
import type { FileScan } from "../sources/scan-file";
import type { Source } from "../sources/source";
import type { Side } from "../subscription";
import type { ReadCounts } from "./collect-rejected";
import type { Comparison } from "./comparison";
import {
  countTwins,
  createChosen,
  createCopies,
  createOnce,
  createTwins,
  onceQuery,
  withoutTwins,
} from "./deduplicate";
import type { Engine } from "./open-engine";
import { COUNT_PAIRS, COUNT_UNTRIMMED, CREATE_SEQUENCES, createPairs, type JoinSide } from "./pair";
import { countRejects } from "./rejected";
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

const SIDES = ["stripe", "database"] as const satisfies readonly Side[];

/** The two sides as they were joined at last, how many rows were read, and what the user should know of it. */
interface Joined {
  readonly sides: Readonly<Record<Side, JoinSide>>;
  /** The sides with every row of an id that stands in several. */
  readonly allRows: Readonly<Record<Side, JoinSide>>;
  readonly read: ReadCounts;
  readonly warnings: readonly Warning[];
  /** The same sides of larger exports, of which these hold every row whose id stands in several. */
  over(sources: Readonly<Record<Side, Source>>): Pick<Joined, "sides" | "allRows">;
}

/** How an export is read that may hold anything: what its bytes showed, or null when every row of it is known to be whole. */
export type Scans = Promise<Readonly<Record<Side, FileScan>>> | null;

/**
 * Joins the exports; again, and more slowly, when ids carry spaces or stand in several rows, or when cells hold line ends.
 *
 * @throws ReconError when a CSV turns out broken, naming the line.
 */
export async function joinExports(
  engine: Engine,
  stripe: Source,
  database: Source,
  comparison: Comparison,
  until: number,
  sample: number,
  scans: Scans,
): Promise<Joined> {
  const warnings: Warning[] = [];
  let sides: Record<Side, JoinSide> = {
    stripe: { source: stripe, query: sideQuery(stripe) },
    database: { source: database, query: sideQuery(database) },
  };
  const join = async (): Promise<PairCounts> => {
    await engine.run(CREATE_SEQUENCES);
    await engine.run(createPairs(sides.stripe, sides.database, comparison, until, sample));
    const [counts] = await engine.rows<PairCounts>(COUNT_PAIRS);
    return counts as PairCounts;
  };
  const joined = await join().catch((cause: Error) => cause);
  const scanned = await scans;
  const doubtful = { stripe: false, database: false };
  let isReadAgain = false;
  for (const side of SIDES) {
    if (scanned === null) continue;
    const { source } = sides[side];
    doubtful[side] =
      joined instanceof Error || !(await isReadPlainly(engine, source, joined[`${side}_read`], scanned[side]));
    if (!doubtful[side] || source.rows.kind !== "csv") continue;
    if (!checkCsv(source.file, source.rows.delimiter).multiline) continue;
    const inOneThread = { ...source, relation: source.rows.inOneThread };
    sides = { ...sides, [side]: { source: inOneThread, query: sideQuery(inOneThread) } };
    isReadAgain = true;
  }
  if (joined instanceof Error && !isReadAgain) throw joined;
  const first = joined instanceof Error || isReadAgain ? await join() : joined;
  let counts = first;
  let isTrimmed = false;
  let hasTwins = false;
  const [untrimmed] = await engine.rows<{ rows: number }>(COUNT_UNTRIMMED);
  if ((untrimmed?.rows ?? 0) > 0) {
    sides = {
      stripe: { ...sides.stripe, query: sideQuery(sides.stripe.source, true) },
      database: { ...sides.database, query: sideQuery(sides.database.source, true) },
    };
    isTrimmed = true;
    counts = await join();
  }
  const allRows = sides;
  await engine.run("CREATE OR REPLACE TEMP TABLE differing_twins (id VARCHAR)");
  if (
    counts.stripe_joined > counts.stripe_read ||
    counts.database_joined > counts.database_read ||
    counts.one_sided_twins > 0
  ) {
    hasTwins = true;
    await engine.run("DROP TABLE pairs");
    for (const side of SIDES) {
      await engine.run(createCopies(sides[side]));
      await engine.run(createTwins(sides[side]));
      await engine.run(createChosen(sides[side]));
      await engine.run(`DROP TABLE ${side}_copies`);
      await engine.run(`INSERT INTO differing_twins SELECT id FROM ${side}_twins WHERE differ`);
      warnings.push(...(await warnOfTwins(engine, sides[side])));
      await engine.run(createOnce(sides[side]));
      sides = { ...sides, [side]: { ...sides[side], query: onceQuery(side) } };
    }
    await join();
  }
  const read = {
    stripe: first.stripe_read,
    database: first.database_read,
    withoutId: { stripe: first.stripe_without_id, database: first.database_without_id },
    doubtful,
  };
  const over = (sources: Readonly<Record<Side, Source>>): Pick<Joined, "sides" | "allRows"> => {
    const all = (side: Side): JoinSide => ({ source: sources[side], query: sideQuery(sources[side], isTrimmed) });
    const each = (side: Side): JoinSide => (hasTwins ? { ...all(side), query: withoutTwins(all(side)) } : all(side));
    return {
      sides: { stripe: each("stripe"), database: each("database") },
      allRows: { stripe: all("stripe"), database: all("database") },
    };
  };
  return { sides, allRows, read, warnings, over };
}

/**
 * Whether the rows DuckDB read are plainly the lines of the file: as many, all of them cut into the cells of the header. Then no cell
 * holds a line end and no row was lost, and the file need not be looked at byte by byte.
 */
async function isReadPlainly(engine: Engine, source: Source, read: number, scan: FileScan): Promise<boolean> {
  if (source.rows.kind !== "csv") return true;
  if (source.only !== null || !scan.linesEndAlike || scan.lines !== read + 1) return false;
  const [rejects] = await engine.rows<{ rows: number }>(countRejects(source.file.textPath));
  return rejects?.rows === 0;
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
