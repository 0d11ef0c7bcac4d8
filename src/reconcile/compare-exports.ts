import type { Config } from "../sources/config";
import type { Source } from "../sources/source";
import { sqlText } from "../sources/sql-text";
import { unixSeconds } from "../sources/taken-at";
import type { Side } from "../subscription";
import {
  addCustomersElsewhere,
  type Circumstances,
  CREATE_CUSTOMERS,
  createDiscrepancies,
  readAskedCustomers,
} from "./classify";
import { collectRejected, type ReadCounts, type RejectedCounts } from "./collect-rejected";
import type { Comparison } from "./comparison";
import { joinExports, type Scans } from "./join-exports";
import { judgeInputs, mayBePartial, type Withheld } from "./judge-inputs";
import type { Engine } from "./open-engine";
import { DROP_UNSETTLED, type JoinSide, metadataSample } from "./pair";
import { createPopulation, type MergedPopulation, startMerging } from "./population";
import { readVocabulary } from "./read-vocabulary";
import type { Screened } from "./screen/screen";
import { createMetadataMacros, createSettled } from "./settle";
import type { Summary, Warning } from "./summary";
import { countSettledUpdated, countUpdated, type Survey, takeSurvey } from "./survey";
import { warnOfInputs } from "./warn-of-inputs";

/** What a comparison found, beside the tables `discrepancies`, `population` and `rejected` that it leaves in the engine. */
export interface Findings {
  readonly comparison: Comparison;
  readonly circumstances: Circumstances;
  /** Both sides as they were joined, each id once. */
  readonly sides: Readonly<Record<Side, JoinSide>>;
  /** Both sides with every row of an id that stands in several. */
  readonly allRows: Readonly<Record<Side, JoinSide>>;
  readonly survey: Survey;
  /** Pairs that were proved equal before the engine looked at anything. */
  readonly setAside: number;
  /** `population.csv`, made of those pairs and of `population`; null when `population` holds everything. */
  readonly mergedPopulation: MergedPopulation | null;
  readonly withheld: readonly (Withheld & { readonly rows: number })[];
  readonly warnings: readonly Warning[];
  readonly vocabulary: Summary["vocabulary"];
  readonly rejected: Readonly<Record<Side, RejectedCounts>>;
  /** Rows of each export, duplicates and rejected ones included. */
  readonly rowsRead: Readonly<Record<Side, number>>;
  /** Why nothing can be said, in a sentence for the user; null when something can. */
  readonly refusal: string | null;
}

/** How two exports were read before the engine reads them. */
export interface Reading {
  readonly comparison: Comparison;
  /** What is left to compare; null when every row is. */
  readonly screened: Screened | null;
  readonly scans: Scans;
}

/** What a part of two exports is judged by: what the whole of them showed. */
export interface Whole extends Pick<Findings, "comparison" | "circumstances" | "refusal"> {
  readonly withheld: readonly Withheld[];
  /** SQL after FROM: what customers of the part have outside of it, as {@link addCustomersElsewhere} takes it. */
  readonly elsewhere: string;
}

/** A file of which a larger share was rejected is the wrong file, or broken. */
const REJECTED_SHARE = 0.01;
/** A database of which a larger share was written around the snapshot was touched by a bulk job. */
const BULK_SHARE = 0.2;
/** Fewer rows written around the snapshot are not worth another look at the database export. */
const FEW_UPDATED = 50;
/** So many ended subscriptions, none of them in the database, is its policy and no accident. */
const MANY_ENDED = 20;

/**
 * Compares two exports, step by step; each step leaves a table for the next: `pairs` → `settled` → `discrepancies`, `population`.
 *
 * @param whole - given when the two are a part of larger exports: then what is found is what a comparison of the whole finds of them
 * @throws ReconError when a column does not hold what its name says.
 */
export async function compareExports(
  engine: Engine,
  stripe: Source,
  database: Source,
  config: Config | null,
  { comparison, screened, scans }: Reading,
  progress: (step: string) => void,
  whole?: Whole,
): Promise<Findings> {
  await engine.run(
    createMetadataMacros({
      ignore: config?.metadata?.ignore ?? [],
      only: commonKeys(stripe.metadataKeys, database.metadataKeys),
    }),
  );

  progress("Joining both exports");
  const sample = screened === null ? metadataSample(stripe.file) : 1;
  const parts = screened?.parts ?? { stripe, database };
  const until = unixSeconds(stripe.takenAt.to);
  const joined = await joinExports(engine, parts.stripe, parts.database, comparison, until, sample, scans);
  const { sides, allRows } = screened === null ? joined : joined.over(screened.whole);
  const read = screened === null ? joined.read : { ...joined.read, ...rowsOf(screened) };
  const warnings = [...joined.warnings];

  progress("Settling what is not plainly equal");
  const vocabulary = await readVocabulary(engine, database, config, screened?.tally.databaseWords());
  await engine.run(createSettled(stripe, database, comparison, config?.metadata?.owned_by_app ?? []));
  await engine.run(DROP_UNSETTLED);
  const elsewhere = whole === undefined ? await countElsewhere(engine, screened) : { relation: whole.elsewhere };
  const rejected = await collectRejected(engine, stripe, database, read);

  progress("Judging the differences");
  const survey = await takeSurvey(engine, screened);
  const circumstances =
    whole?.circumstances ??
    (await findCircumstances(engine, stripe, database, sides.database, survey, rejected, warnings));
  await createSecondLook(engine, stripe, database);
  await engine.run(CREATE_CUSTOMERS);
  if (whole === undefined) await createPopulation(engine, sample, screened?.population ?? null);
  const mergedPopulation = screened === null ? null : await startMerging(engine, screened.population);
  if (elsewhere !== null) await engine.run(addCustomersElsewhere(await elsewhere.relation));
  await engine.run(createDiscrepancies(circumstances));
  const withheld = await withhold(engine, whole?.withheld ?? judgeInputs(stripe, database, survey));

  warnings.push(...warnOfInputs(stripe, database, survey));
  return {
    comparison,
    circumstances,
    sides,
    allRows,
    survey,
    setAside: screened?.tally.pairs ?? 0,
    mergedPopulation,
    withheld,
    warnings,
    vocabulary,
    rejected,
    rowsRead: {
      stripe: read.stripe + rejected.stripe.unread,
      database: read.database + rejected.database.unread,
    },
    refusal: whole === undefined ? refusalOf(stripe, database, rejected, read, withheld) : whole.refusal,
  };
}

/** Begins to count, beside the engine, what the customers that matter have among the pairs that were set aside. */
async function countElsewhere(
  engine: Engine,
  screened: Screened | null,
): Promise<{ readonly relation: Promise<string> } | null> {
  if (screened === null) return null;
  const relation = screened.customersElsewhere(await readAskedCustomers(engine));
  relation.catch(() => undefined);
  return { relation };
}

function rowsOf({ scanned }: Screened): Record<Side, number> {
  return { stripe: scanned.stripe.rows, database: scanned.database.rows };
}

/** What the two exports as a whole show, by which each of their rows is judged. */
async function findCircumstances(
  engine: Engine,
  stripe: Source,
  database: Source,
  databaseSide: JoinSide,
  survey: Survey,
  rejected: Findings["rejected"],
  warnings: Warning[],
): Promise<Circumstances> {
  const until = { stripe: unixSeconds(stripe.takenAt.to), database: unixSeconds(database.takenAt.to) };
  const grace = Math.max(stripe.graceSeconds, database.graceSeconds);
  const windowFrom = Math.min(unixSeconds(stripe.takenAt.from), unixSeconds(database.takenAt.from)) - grace;
  const windowTo = Math.max(until.stripe, until.database) + grace;
  const updatedMeansChanged = await doesUpdatedMeanChanged(engine, databaseSide, windowFrom, windowTo, warnings);
  return {
    windowFrom,
    windowTo,
    stripeUntil: until.stripe,
    updatedMeansChanged,
    livemode: modeOf(survey, stripe),
    accountFragment: survey.fragment_rows * 10 > survey.stripe_rows * 9 ? survey.fragment : null,
    oldestCreated: survey.stripe_oldest,
    stripeMayBePartial: mayBePartial(stripe, survey),
    severalCurrencies: survey.several_currencies,
    databaseIsLater: until.database > unixSeconds(stripe.takenAt.from),
    keepsNoEnded: survey.stripe_ended >= MANY_ENDED && survey.stripe_ended_matched === 0,
    unknownRejected: { stripe: rejected.stripe.unknown > 0, database: rejected.database.unknown > 0 },
  };
}

/** Creates `reread`, `moved`, `absent` and `other_mode`: what a live export learned of single subscriptions by asking again. */
async function createSecondLook(engine: Engine, stripe: Source, database: Source): Promise<void> {
  const again = new Set(database.sidecar?.reread ?? []);
  const reread = (stripe.sidecar?.reread ?? []).filter((id) => again.has(id));
  const table = (name: string, ids: readonly string[]): Promise<void> =>
    engine.run(
      `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT unnest(CAST([${ids.map(sqlText).join(", ")}] AS VARCHAR[])) AS id`,
    );
  await table("reread", reread);
  await table("moved", stripe.sidecar?.moved ?? []);
  await table("absent", stripe.sidecar?.absent ?? []);
  await table("other_mode", stripe.sidecar?.other_mode ?? []);
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

/** The metadata keys both exports have columns for; null when metadata is whole on both sides. */
function commonKeys(ours: readonly string[] | null, theirs: readonly string[] | null): readonly string[] | null {
  if (ours === null || theirs === null) return ours ?? theirs;
  return ours.filter((key) => theirs.includes(key));
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
