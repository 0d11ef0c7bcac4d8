import { ReconError } from "../recon-error";
import type { Config } from "../sources/config";
import type { Source } from "../sources/source";
import { sqlText } from "../sources/sql-text";
import type { Side } from "../subscription";
import { type Circumstances, CREATE_CUSTOMERS, createDiscrepancies } from "./classify";
import { collectRejected, type ReadCounts, type RejectedCounts } from "./collect-rejected";
import { type Comparison, planComparison } from "./comparison";
import { countTwins, createChosen, createTwins, withoutTwins } from "./deduplicate";
import { judgeInputs, type Withheld } from "./judge-inputs";
import type { Engine } from "./open-engine";
import {
  COUNT_DATABASE_STATUSES,
  COUNT_PAIRS,
  COUNT_UNTRIMMED,
  CREATE_SEQUENCES,
  createPairs,
  type JoinSide,
} from "./pair";
import { createPopulation } from "./population";
import { createMetadataMacros, createSettled } from "./settle";
import { sideQuery } from "./side-query";
import { meaningOf } from "./status-words";
import type { Summary } from "./summary";
import { countSettledUpdated, countUpdated, SURVEY, type Survey } from "./survey";

type Warning = Summary["warnings"][number];

/** What a comparison found, beside the tables `discrepancies`, `population` and `rejected` that it leaves in the engine. */
export interface Findings {
  readonly comparison: Comparison;
  readonly survey: Survey;
  readonly withheld: readonly (Withheld & { readonly rows: number })[];
  readonly warnings: readonly Warning[];
  readonly vocabulary: Summary["vocabulary"];
  readonly rejected: Readonly<Record<Side, RejectedCounts>>;
  /** Rows of each export, duplicates and rejected ones included. */
  readonly rowsRead: Readonly<Record<Side, number>>;
  /** Why nothing can be said, in a sentence for the user; null when something can. */
  readonly refusal: string | null;
}

/** A file of which a larger share was rejected is the wrong file, or broken. */
const REJECTED_SHARE = 0.01;
/** A database of which a larger share was written around the snapshot was touched by a bulk job. */
const BULK_SHARE = 0.2;
/** Fewer rows written around the snapshot are not worth another look at the database export. */
const FEW_UPDATED = 50;
/** A status column with more words than this holds something else. */
const MOST_STATUS_WORDS = 200;
/** So many ended subscriptions, none of them in the database, is its policy and no accident. */
const MANY_ENDED = 20;

/**
 * Compares two exports, step by step; each step leaves a table for the next: `pairs` → `settled` → `discrepancies`, `population`.
 *
 * @throws ReconError when a column does not hold what its name says.
 */
export async function compareExports(
  engine: Engine,
  stripe: Source,
  database: Source,
  config: Config | null,
  progress: (step: string) => void,
): Promise<Findings> {
  const comparison = planComparison(stripe, database);
  const until = { stripe: seconds(stripe.takenAt.to), database: seconds(database.takenAt.to) };
  await engine.run(
    createMetadataMacros({
      ignore: config?.metadata?.ignore ?? [],
      only: stripe.metadataKeys ?? database.metadataKeys,
    }),
  );

  progress("Reading and joining both exports");
  const { sides, read, warnings } = await joinOnce(engine, stripe, database, comparison, until.stripe);

  progress("Settling what is not plainly equal");
  const vocabulary = await readVocabulary(engine, database, config);
  await engine.run(createSettled(comparison, config?.metadata?.owned_by_app ?? []));
  const rejected = await collectRejected(engine, stripe, database, read);

  progress("Judging the differences");
  const [survey] = await engine.rows<Survey>(SURVEY);
  if (survey === undefined) throw new Error("the survey has one row");
  const grace = Math.max(stripe.graceSeconds, database.graceSeconds);
  const windowFrom = Math.min(seconds(stripe.takenAt.from), seconds(database.takenAt.from)) - grace;
  const windowTo = Math.max(until.stripe, until.database) + grace;
  const updatedMeansChanged = await doesUpdatedMeanChanged(engine, sides.database, windowFrom, windowTo, warnings);
  const circumstances: Circumstances = {
    windowFrom,
    windowTo,
    stripeUntil: until.stripe,
    updatedMeansChanged,
    livemode: modeOf(survey, stripe),
    accountFragment: survey.fragment_rows * 10 > survey.stripe_rows * 9 ? survey.fragment : null,
    oldestCreated: survey.stripe_oldest,
    keepsNoEnded: survey.stripe_ended >= MANY_ENDED && survey.stripe_ended_matched === 0,
    unknownRejected: { stripe: rejected.stripe.unknown > 0, database: rejected.database.unknown > 0 },
  };
  await engine.run(CREATE_CUSTOMERS);
  await engine.run(createDiscrepancies(circumstances));
  const withheld = await withhold(engine, judgeInputs(stripe, database, survey));
  await createPopulation(engine);

  warnings.push(...warnOfInputs(stripe, database, survey));
  return {
    comparison,
    survey,
    withheld,
    warnings,
    vocabulary,
    rejected,
    rowsRead: { stripe: read.stripe + stripe.rejected.length, database: read.database },
    refusal: refusalOf(stripe, database, rejected, read, withheld),
  };
}

/** Unix seconds of an ISO time. */
function seconds(time: string): number {
  return Date.parse(time) / 1000;
}

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
async function joinOnce(
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

/** Creates `status_words`: what each word of the database stands for. */
async function readVocabulary(engine: Engine, database: Source, config: Config | null): Promise<Summary["vocabulary"]> {
  const words = await engine.rows<{ word: string; rows: number }>(COUNT_DATABASE_STATUSES);
  if (words.length > MOST_STATUS_WORDS) {
    throw new ReconError(
      "not_a_status",
      `${database.file.path}, line 1: the column "${database.columnNames.status ?? "status"}" holds ${words.length} different words (such as "${words[0]?.word}"), so it is no status. Name the right one in recon.json and pass --config.`,
    );
  }
  await engine.run("CREATE OR REPLACE TEMP TABLE status_words (word VARCHAR, statuses VARCHAR[])");
  const meanings = words.map(({ word, rows }) => ({
    word,
    rows,
    meaning: meaningOf(word, config?.database?.statuses),
  }));
  for (const { word, meaning } of meanings) {
    await engine.run(
      `INSERT INTO status_words VALUES (${sqlText(word)}, [${meaning.statuses.map(sqlText).join(", ")}])`,
    );
  }
  return meanings
    .filter(({ meaning }) => meaning.foreign)
    .map(({ word, rows, meaning }) => ({ word, statuses: [...meaning.statuses], rows }));
}

/** Whether the database's time of last change can be believed around the snapshot. Looks at the whole export only when it matters. */
async function doesUpdatedMeanChanged(
  engine: Engine,
  database: JoinSide,
  from: number,
  to: number,
  warnings: Warning[],
): Promise<boolean> {
  if (database.source.columns.updated === undefined) return true;
  const [settled] = await engine.rows<{ rows: number }>(countSettledUpdated(from, to));
  if ((settled?.rows ?? 0) < FEW_UPDATED) return true;
  const [all] = await engine.rows<{ inside: number; rows: number }>(countUpdated(database.query, from, to));
  if (all === undefined || all.inside <= all.rows * BULK_SHARE) return true;
  warnings.push({
    code: "bulk_update",
    message: `${database.source.file.path}: ${all.inside} of ${all.rows} rows were written around the snapshot, so a bulk job ran and the time of last change says nothing about them.`,
    rows: all.inside,
  });
  return false;
}

function modeOf(survey: Survey, stripe: Source): boolean | null {
  if (survey.stripe_live > 0 && survey.stripe_test === 0) return true;
  if (survey.stripe_test > 0 && survey.stripe_live === 0) return false;
  return stripe.sidecar?.livemode ?? null;
}

async function withhold(engine: Engine, claims: readonly Withheld[]): Promise<(Withheld & { rows: number })[]> {
  const withheld: (Withheld & { rows: number })[] = [];
  for (const claim of claims) {
    const [counted] = await engine.rows<{ rows: number }>(
      `SELECT count(*) AS rows FROM discrepancies WHERE kind = ${sqlText(claim.kind)}`,
    );
    await engine.run(`DELETE FROM discrepancies WHERE kind = ${sqlText(claim.kind)}`);
    withheld.push({ ...claim, rows: counted?.rows ?? 0 });
  }
  return withheld;
}

/** A day: an export whose file is that much younger than its newest row was probably copied, or taken earlier. */
const DAY_SECONDS = 86_400;

function warnOfInputs(stripe: Source, database: Source, survey: Survey): Warning[] {
  const warnings: Warning[] = [];
  const newest = { stripe: survey.stripe_newest, database: survey.database_newest };
  for (const source of [stripe, database]) {
    const { path } = source.file;
    if (source.takenAt.basis === "file_time") {
      const last = newest[source.side];
      const gap = last === null ? 0 : Math.abs(seconds(source.takenAt.to) - last);
      const doubt =
        gap > DAY_SECONDS
          ? " That is far from its newest row, so rows in flight may be taken for drift, or drift for in flight."
          : "";
      warnings.push({
        code: "as_of_from_file_time",
        message: `${path}: when it was taken is not recorded; its file time ${source.takenAt.to} is used.${doubt} Give --${source.side}-as-of.`,
        rows: 0,
      });
    }
    if (source.sidecar === null) {
      warnings.push({
        code: "completeness_unknown",
        message: `${path}: whether it is complete is not recorded (no ${path}.meta.json), so it is inferred from its content.`,
        rows: 0,
      });
    }
  }
  return warnings;
}

function refusalOf(
  stripe: Source,
  database: Source,
  rejected: Readonly<Record<Side, RejectedCounts>>,
  read: ReadCounts,
  withheld: readonly Withheld[],
): string | null {
  for (const source of [stripe, database]) {
    const counts = rejected[source.side];
    const all = Math.max(1, read[source.side] + counts.unread);
    if (counts.rows > 0 && (counts.damaged || counts.rows > all * REJECTED_SHARE)) {
      const place = counts.firstLine === null ? "" : `, line ${counts.firstLine}`;
      return `${source.file.path}${place}: ${counts.firstReason}; ${counts.rows} of ${all} rows cannot be read. ${counts.expected} They are kept in rejected.csv with line and reason. Mend the export and run again.`;
    }
  }
  const reason = withheld.find((claim) => claim.incomparable)?.reason;
  return reason === undefined ? null : `${stripe.file.path} and ${database.file.path} cannot be compared: ${reason}.`;
}
