import { createReadStream } from "node:fs";
import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import { type ParseResult, parse } from "papaparse";
import { ReconError } from "../recon-error";
import { readSummary } from "../reconcile/summary";
import { type Details, DISPOSITIONS, type Discrepancy, KINDS } from "../subscription";
import type { Affected, Evidence, Row } from "./evidence";
import { streamOf } from "./exposure";
import { firstMissedChange } from "./first-missed-change";
import { groupBy } from "./group-by";
import { parseTime } from "./parse-time";
import { readPopulation } from "./population";

const COLUMNS = [
  "subscription_id",
  "kind",
  "disposition",
  "reason",
  "customer_id",
  "tenant_id",
  "price_id",
  "livemode",
  "stripe_status",
  "database_status",
  "changed_at",
  "changed_at_basis",
  "stripe_created_at",
  "database_created_at",
  "database_updated_at",
  "details",
] as const satisfies readonly (keyof Discrepancy)[];

const TIMES = ["changed_at", "stripe_created_at", "database_created_at", "database_updated_at"] as const;

/** Columns whose texts hardly two rows share. */
const OWN = new Set<string>(["subscription_id", ...TIMES, "details"]);

const WORDS = { kind: new Set<string>(KINDS), disposition: new Set<string>(DISPOSITIONS) };

const TIME = /^-?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * Reads what `recon diff` wrote, from its folder or a `discrepancies.csv` alone.
 *
 * @throws ReconError naming the column or the line at fault.
 */
export async function readEvidence(path: string): Promise<Evidence> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => {
      throw new ReconError(
        "no_discrepancies",
        `${path}: there is no such file or folder. Give the folder recon diff wrote, or a discrepancies.csv.`,
      );
    },
  );
  const file = isFolder ? join(path, "discrepancies.csv") : path;
  if (isFolder && !(await isThere(file))) {
    throw new ReconError(
      "no_discrepancies",
      `${file}: there is no such file. Give the folder recon diff wrote, or a discrepancies.csv.`,
    );
  }
  const discrepancies = await readRows(file);
  const besides = async <T>(name: string, read: (file: string) => Promise<T>): Promise<T | null> =>
    isFolder && (await isThere(join(path, name))) ? read(join(path, name)) : null;
  const summary = await besides("summary.json", readSummary);
  const population = await besides("population.csv", readPopulation);
  const rows = discrepancies.filter(({ discrepancy }) => discrepancy.disposition !== "in_flight");
  return {
    affected: gather(rows.filter(({ discrepancy }) => discrepancy.disposition !== "expected")),
    expected: rows.filter(({ discrepancy }) => discrepancy.disposition === "expected"),
    population,
    summary,
    takenAt:
      summary === null ? latest(discrepancies) : takenAt(summary.inputs.stripe.as_of, summary.inputs.database.as_of),
  };
}

function takenAt(...times: readonly string[]): number {
  return Math.min(...times.map((time) => Date.parse(time)));
}

function latest(rows: readonly Row[]): number {
  let last = 0;
  for (const { discrepancy } of rows) {
    for (const name of TIMES) last = Math.max(last, parseTime(discrepancy[name]) ?? 0);
  }
  return last;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function readRows(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  const words = new Map<string, string>();
  let places: readonly number[] | null = null;
  let line = 1;
  const take = (record: readonly string[]): void => {
    const isBlank = record.length === 1 && record[0] === "";
    if (places === null && !isBlank) places = findColumns(path, record);
    else if (places !== null && !isBlank) {
      if (record.length < places.length)
        throw badRow(path, line, `expected ${places.length} cells, found ${record.length}`);
      const cells = places.map((at) => record[at] ?? "");
      rows.push(readRow(path, line, cells, words));
    }
    line += 1 + countLineEnds(record);
  };
  await readRecords(path, ({ data, errors }) => {
    for (const [index, record] of data.entries()) {
      const error = errors.find(({ row }) => row === index);
      if (error !== undefined) throw badRow(path, line, error.message);
      take(record);
    }
  });
  if (places === null) throw new ReconError("bad_discrepancies", `${path}: the file is empty. Run recon diff again.`);
  return rows;
}

/** Reads a CSV in chunks of records. Papa Parse, since a large report has hundreds of megabytes. */
function readRecords(path: string, onChunk: (chunk: ParseResult<string[]>) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = createReadStream(path, "utf8");
    parse<string[]>(stream, {
      delimiter: ",",
      chunk: (chunk) => {
        try {
          onChunk(chunk);
        } catch (error) {
          stream.destroy();
          reject(error);
        }
      },
      complete: () => resolve(),
      error: reject,
    });
  });
}

/** Line ends inside the cells of a record. */
function countLineEnds(record: readonly string[]): number {
  return record.reduce((sum, cell) => sum + (cell.includes("\n") ? cell.split("\n").length - 1 : 0), 0);
}

/** Where each of our columns stands in the header. */
function findColumns(path: string, record: readonly string[]): number[] {
  const header = record.map((name) => name.trim());
  const missing = COLUMNS.filter((name) => !header.includes(name));
  if (missing.length > 0) {
    const names = missing.map((name) => `"${name}"`).join(", ");
    const [word, verb] = missing.length === 1 ? ["column", "is"] : ["columns", "are"];
    throw new ReconError(
      "bad_discrepancies",
      `${path}, line 1: the ${word} ${names} ${verb} missing. Give the discrepancies.csv that recon diff wrote.`,
    );
  }
  return COLUMNS.map((name) => header.indexOf(name));
}

function badRow(path: string, line: number, what: string): ReconError {
  return new ReconError(
    "bad_discrepancies",
    `${path}, line ${line}: ${what}. The file was changed; run recon diff again.`,
  );
}

function readRow(path: string, line: number, cells: readonly string[], words: Map<string, string>): Row {
  const texts: Record<string, string | null> = {};
  for (const [index, name] of COLUMNS.entries()) {
    const text = plain(cells[index] ?? "");
    texts[name] = text === null || OWN.has(name) ? text : shared(text, words);
  }
  const fail = (column: string, expected: string): ReconError =>
    badRow(path, line, `the column "${column}" holds "${(texts[column] ?? "").slice(0, 40)}"; expected ${expected}`);
  const { subscription_id, kind, disposition, livemode } = texts;
  if (subscription_id === null) throw fail("subscription_id", "an id");
  if (!WORDS.kind.has(kind ?? "")) throw fail("kind", `one of ${KINDS.join(", ")}`);
  if (!WORDS.disposition.has(disposition ?? "")) throw fail("disposition", `one of ${DISPOSITIONS.join(", ")}`);
  for (const name of TIMES) {
    const text = texts[name];
    if (text != null && !TIME.test(text)) throw fail(name, "a time such as 2026-11-02T06:00:00Z");
  }
  const json = texts["details"] ?? "{}";
  let details: Details;
  try {
    details = JSON.parse(json) as Details;
  } catch {
    throw fail("details", "a JSON object");
  }
  if (details === null || typeof details !== "object" || Array.isArray(details)) throw fail("details", "a JSON object");
  const discrepancy = {
    ...texts,
    livemode: livemode == null ? null : livemode === "true",
    details: json,
  } as unknown as Discrepancy;
  return { discrepancy, details, changedAt: firstMissedChange(discrepancy, details) };
}

/** A cell as text: null when empty, without the apostrophe that keeps a spreadsheet from running it. */
function plain(cell: string): string | null {
  if (cell === "") return null;
  return cell.startsWith("'") ? cell.replace(/^'(?=[=+\-@\t\r])/, "") : cell;
}

/** The same text as one string, wherever it stands: groups of a hundred thousand rows are found faster by it. */
function shared(text: string, words: Map<string, string>): string {
  const known = words.get(text);
  if (known !== undefined) return known;
  words.set(text, text);
  return text;
}

function gather(rows: readonly Row[]): Affected[] {
  return [...groupBy(rows, ({ discrepancy }) => discrepancy.subscription_id)].map(([id, own]) => {
    const first = (own[0] as Row).discrepancy;
    const times = own.flatMap(({ changedAt }) => (changedAt === null ? [] : [changedAt]));
    const kinds = new Set(own.map(({ discrepancy }) => discrepancy.kind));
    return {
      id,
      rows: own,
      kinds,
      stream: streamOf({ kinds, stripeStatus: first.stripe_status }),
      customer: own.find(({ details }) => details.customer !== undefined)?.details.customer ?? null,
      tenant: first.tenant_id,
      price: first.price_id,
      stripeStatus: first.stripe_status,
      databaseStatus: first.database_status,
      changedAt: times.length === 0 ? null : Math.min(...times),
      updatedAt: parseTime(first.database_updated_at),
    };
  });
}
