import { checkCsv } from "../sources/check-csv";
import type { OpenedFile } from "../sources/open-file";
import type { CsvRows, Source } from "../sources/source";
import type { RejectedRow } from "../sources/split-json";
import type { Side } from "../subscription";
import { locateRows, locateStarts } from "./locate-rows";
import type { Engine } from "./open-engine";
import {
  COUNT_REJECTED,
  CREATE_REJECTED,
  CREATE_REJECTED_IDS,
  jsonRowsWithoutId,
  keepRejected,
  NOT_ADDED_UP,
  rowsNotUtf8,
} from "./rejected";

/** How many rows the engine read, and how many of them have no id. */
export interface ReadCounts extends Readonly<Record<Side, number>> {
  readonly withoutId: Readonly<Record<Side, number>>;
  /** Whether the file has to be looked at byte by byte to know that these are all its rows. */
  readonly doubtful: Readonly<Record<Side, boolean>>;
}

/** The rejected rows of one side. */
export interface RejectedCounts {
  readonly rows: number;
  /** Of those, the ones the engine never returned as rows. */
  readonly unread: number;
  /** Of those, the ones whose subscription id is not to be seen. */
  readonly unknown: number;
  readonly firstLine: number | null;
  readonly firstReason: string;
  /** A sentence on what was expected there. */
  readonly expected: string;
  /** The file itself is broken, so that no share of its rows can be trusted: a quote that is not closed, a row beyond all size. */
  readonly damaged: boolean;
}

/** So many rows at most are looked for again to tell their line; the others are kept without. */
const MOST_LOCATED = 1000;
const NO_ID = "no subscription id";
const NO_OBJECT = "metadata is not a JSON object";

const EXPECTED: Readonly<Record<string, string>> = {
  "too few cells": "Expected as many cells as the header has.",
  "too many cells": "Expected as many cells as the header has.",
  "a quote is not closed": 'Expected every " to be closed, and doubled inside a cell.',
  "text after a closing quote": 'Expected every " to be closed, and doubled inside a cell.',
  "the file ends in the middle of this row": "The export was cut off.",
  "longer than 2 MB": "Expected rows below 2 MB; a quote that is never closed also makes one.",
  "not valid UTF-8": "Expected UTF-8.",
  "not valid JSON": "Expected a JSON object.",
  "not a JSON object": "Expected subscriptions.",
  [NOT_ADDED_UP]: "Expected rows with a header, every cell with a line end in it in quotes.",
  [NO_ID]: "Expected a subscription id (sub_…).",
  [NO_OBJECT]: 'Expected an object such as {"plan": "pro"}.',
};

/** Gathers every row that cannot be used into the tables `rejected` and `rejected_ids`, and counts them. Reads `settled`. */
export async function collectRejected(
  engine: Engine,
  stripe: Source,
  database: Source,
  read: ReadCounts,
): Promise<Record<Side, RejectedCounts>> {
  await engine.run(CREATE_REJECTED);
  const unread: Record<Side, number> = { stripe: 0, database: 0 };
  for (const source of [stripe, database]) {
    await keepRejected(engine, source.side, source.rejected);
    if (source.rows.kind === "csv" && read.doubtful[source.side]) {
      await keepCsvRejects(engine, source, source.rows, read[source.side]);
    }
    unread[source.side] = await countRows(engine, `rejected WHERE side = '${source.side}'`);
    await keepRowsWithoutId(engine, source, read);
    await keepUnreadableMetadata(engine, source);
  }
  await engine.run(CREATE_REJECTED_IDS);
  const counted = await engine.rows<{
    side: Side;
    rows: number;
    unknown: number;
    first_line: number | null;
    first_reason: string;
    damaged: boolean;
  }>(COUNT_REJECTED);
  const countsOf = (side: Side): RejectedCounts => {
    const counts = counted.find((row) => row.side === side);
    const firstReason = counts?.first_reason ?? "";
    return {
      rows: counts?.rows ?? 0,
      unread: unread[side],
      unknown: counts?.unknown ?? 0,
      firstLine: counts?.first_line ?? null,
      firstReason,
      expected: EXPECTED[firstReason] ?? "",
      damaged: counts?.damaged ?? false,
    };
  };
  return { stripe: countsOf("stripe"), database: countsOf("database") };
}

async function countRows(engine: Engine, from: string): Promise<number> {
  const [counted] = await engine.rows<{ rows: number }>(`SELECT count(*) AS rows FROM ${from}`);
  return counted?.rows ?? 0;
}

/** Keeps the rows of a CSV that were not read, and sees to it that the rows read and the rows kept are all the rows of the file. */
async function keepCsvRejects(engine: Engine, source: Source, rows: CsvRows, read: number): Promise<void> {
  const { side, file } = source;
  const check = checkCsv(file, rows.delimiter);
  const lines = new Set(check.rejected.map((row) => row.line));
  const notUtf8 = (await findNotUtf8(engine, file, rows.delimiter)).filter((row) => !lines.has(row.line));
  const rejected = [...check.rejected, ...notUtf8];
  await keepRejected(engine, side, rejected);
  const lost = check.rows - read - rejected.length;
  if (source.only !== null || lost === 0) return;
  await engine.run(
    `INSERT INTO rejected SELECT '${side}', NULL, NULL, '${NOT_ADDED_UP}', '' FROM range(${Math.max(1, lost)})`,
  );
}

async function findNotUtf8(engine: Engine, file: OpenedFile, delimiter: string): Promise<readonly RejectedRow[]> {
  const starts = await engine.rows<{ start: number }>(rowsNotUtf8(file.textPath));
  if (starts.length === 0) return [];
  return locateStarts(
    file.textPath,
    delimiter,
    starts.map((row) => row.start),
    "not valid UTF-8",
  );
}

/** In Stripe every subscription has an id; in a database many rows are no subscription of Stripe's, and those are only counted. */
async function keepRowsWithoutId(engine: Engine, source: Source, read: ReadCounts): Promise<void> {
  if (source.rows.kind === "typed") return;
  if (source.rows.kind === "json") {
    if (read.withoutId[source.side] === 0) return;
    const rows = await engine.rows<{ line: number | null; reason: string; text: string }>(
      jsonRowsWithoutId(source.rows.linesPath),
    );
    await keepRejected(
      engine,
      source.side,
      source.side === "stripe" ? rows : rows.filter((row) => row.reason !== NO_ID),
    );
    return;
  }
  const missing = source.side === "stripe" ? read.withoutId.stripe : 0;
  if (missing === 0) return;
  const { delimiter, idIndex } = source.rows;
  const found = locateRows({
    path: source.file.textPath,
    delimiter,
    idIndex,
    ids: null,
    reason: NO_ID,
    atMost: MOST_LOCATED,
  });
  await keepRejected(engine, source.side, found);
  if (missing > found.length) {
    await engine.run(
      `INSERT INTO rejected SELECT '${source.side}', NULL, NULL, '${NO_ID}', '' FROM range(${missing - found.length})`,
    );
  }
}

async function keepUnreadableMetadata(engine: Engine, source: Source): Promise<void> {
  const { side } = source;
  const [counted] = await engine.rows<{ rows: number }>(
    `SELECT count(*) AS rows FROM settled WHERE unreadable = '${side}'`,
  );
  if ((counted?.rows ?? 0) === 0) return;
  const rows = await engine.rows<{ id: string; line: number | null }>(
    `SELECT id, ${side}_line AS line FROM settled WHERE unreadable = '${side}' ORDER BY line, id LIMIT ${MOST_LOCATED}`,
  );
  const located =
    source.rows.kind === "csv"
      ? locateRows({
          path: source.file.textPath,
          delimiter: source.rows.delimiter,
          idIndex: source.rows.idIndex,
          ids: new Set(rows.map((row) => row.id)),
          reason: NO_OBJECT,
          atMost: rows.length,
        })
      : [];
  const lines = new Map(located.map((row) => [row.id ?? "", row.line]));
  await engine.run("CREATE OR REPLACE TEMP TABLE located (id VARCHAR, line BIGINT)");
  await engine.run(
    `INSERT INTO located VALUES ${rows.map((row) => `('${row.id.replaceAll("'", "''")}', ${row.line ?? lines.get(row.id) ?? "NULL"})`).join(", ")}`,
  );
  await engine.run(`
    INSERT INTO rejected
    SELECT '${side}', coalesce(located.line, ${side}_line), settled.id, '${NO_OBJECT}', left(unreadable_text, 10000)
    FROM settled
    LEFT JOIN located USING (id)
    WHERE unreadable = '${side}'`);
}
