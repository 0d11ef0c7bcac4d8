import { writeFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { stringify } from "csv-stringify/sync";
import { hashFile } from "../../sources/scan-file";
import type { Source } from "../../sources/source";
import { sourceOver } from "../../sources/source-over";
import { sqlText } from "../../sources/sql-text";
import { unixSeconds } from "../../sources/taken-at";
import type { Workspace } from "../../sources/workspace";
import type { Side } from "../../subscription";
import type { Comparison } from "../comparison";
import { countCustomers } from "./count-customers";
import { type Matched, matchSides } from "./match-sides";
import { type CsvSource, planScreen } from "./plan-screen";
import type { ScannedSide } from "./scan-side";
import { scanSides } from "./scan-sides";
import type { SidePlan } from "./side-plan";
import type { Tally } from "./tally";
import { writeRows } from "./write-rows";

/** What is left of two exports once the pairs that are proved equal are set aside. */
export interface Screened {
  /** Both exports with the rows alone that are left. */
  readonly parts: Readonly<Record<Side, Source>>;
  /** Both exports as they are, read so that no cell with a line end is cut. */
  readonly whole: Readonly<Record<Side, Source>>;
  readonly scanned: Readonly<Record<Side, ScannedSide>>;
  /** The pairs that were set aside, summed up. */
  readonly tally: Tally;
  /** SQL after FROM: their cells of the population, as `createPopulation` takes them. */
  readonly cells: string;
  /** SQL after FROM: what these customers have among them, as `addCustomersElsewhere` takes it. */
  customersElsewhere(customers: readonly string[]): Promise<string>;
  /** SHA-256 of each export as given. */
  hashes(): Promise<Readonly<Record<Side, { readonly sha256: string }>>>;
}

/** Beyond this share of rows that are left, the engine had better read the exports themselves. */
const MOST_LEFT = 0.5;

/**
 * Reads both exports once and sets aside what is plainly equal: pairs of rows that agree in all that is compared, which is nearly all of them
 * as a rule. The engine then looks at the other rows only, and still sees everything about an id that it has to judge: rows that
 * stand twice, that lack a partner, or that hold anything out of the ordinary are all left to it.
 *
 * @returns null when the exports cannot be screened, or little would be gained
 */
export async function screen(
  stripe: Source,
  database: Source,
  comparison: Comparison,
  workspace: Workspace,
): Promise<Screened | null> {
  const until = unixSeconds(stripe.takenAt.to);
  const plans = planScreen(stripe, database, comparison, until, workspace);
  if (plans === null) return null;
  const scanned = await scanSides(plans, stripe.file.textBytes + database.file.textBytes);
  if (scanned === null) return null;
  const breathe = (): Promise<void> => setImmediate();
  const matched = await matchSides(scanned.stripe, scanned.database, breathe);
  const { left, tally } = matched;
  const leftCount = left.stripe.count + left.database.count;
  if (tally.isOverfull || leftCount > (scanned.stripe.rows + scanned.database.rows) * MOST_LEFT + 100) return null;
  const keys = new Map(scanned.stripe.keys);
  const part = async (source: CsvSource): Promise<Source> => {
    const target = workspace.file(`${source.side}.left.csv`);
    const plan = plans[source.side];
    await writeRows(plan, left[source.side], scanned[source.side].header, target, keys, breathe);
    return sourceOver(uncut(source, scanned[source.side]), target);
  };
  const parts = { stripe: await part(stripe as CsvSource), database: await part(database as CsvSource) };
  const whole = {
    stripe: uncut(stripe as CsvSource, scanned.stripe),
    database: uncut(database as CsvSource, scanned.database),
  };
  return {
    parts,
    whole,
    scanned,
    tally,
    cells: writeCells(workspace, tally, keys),
    hashes: async () => ({
      stripe: { sha256: await hashOf(stripe, scanned.stripe) },
      database: { sha256: await hashOf(database, scanned.database) },
    }),
    customersElsewhere: (customers) =>
      writeCustomers(workspace, customers, plans.stripe, scanned.stripe, matched, breathe),
  };
}

/** Of a compressed export, the text was hashed and not the file. */
async function hashOf({ file }: Source, { sha256 }: ScannedSide): Promise<string> {
  return file.compressed ? hashFile(file.rawPath) : sha256;
}

function uncut(source: CsvSource, { isMultiline }: ScannedSide): Source {
  return isMultiline ? { ...source, relation: source.rows.inOneThread } : source;
}

/** Writes the cells of the population to files, numbers and words apart, and says how to read them. */
function writeCells(workspace: Workspace, tally: Tally, keys: ReadonlyMap<string, number>): string {
  const [cells, words] = [workspace.file("cells.csv"), workspace.file("words.csv")];
  const { lines, values } = tally.cells();
  for (const [key, subscriptions] of keys) {
    if (subscriptions === 0) continue;
    lines.push(`${values.length},,${subscriptions}`);
    values.push(["metadata_key", key]);
  }
  writeFileSync(cells, lines.join("\n"));
  writeFileSync(
    words,
    stringify(
      values.map(([dimension, value], code) => [code, dimension, value]),
      { quoted: true },
    ),
  );
  return `(
      SELECT dimension, value, day, subscriptions
      FROM ${readBack(cells, "'code': 'INTEGER', 'day': 'INTEGER', 'subscriptions': 'BIGINT'")}
      JOIN ${readBack(words, "'code': 'INTEGER', 'dimension': 'VARCHAR', 'value': 'VARCHAR'")} USING (code)
    )`;
}

async function writeCustomers(
  workspace: Workspace,
  customers: readonly string[],
  plan: SidePlan,
  stripe: ScannedSide,
  matched: Matched,
  breathe: () => Promise<void>,
): Promise<string> {
  const path = workspace.file("customers.csv");
  const counts = await countCustomers(customers, stripe, matched, plan.key, breathe);
  writeFileSync(
    path,
    stringify(
      counts.map(({ customer, subscriptions, live }) => [customer, subscriptions, live, subscriptions]),
      { quoted: true },
    ),
  );
  return readBack(path, "'customer': 'VARCHAR', 'in_stripe': 'BIGINT', 'live': 'BIGINT', 'in_database': 'BIGINT'");
}

/** SQL after FROM: a CSV that was written here. */
function readBack(path: string, columns: string): string {
  return `read_csv(${sqlText(path)}, auto_detect = false, header = false, delim = ',', quote = '"', escape = '"', columns = {${columns}})`;
}
