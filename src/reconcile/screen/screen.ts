import { rmSync, writeFileSync } from "node:fs";
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
import type { ScreenedPopulation } from "../population";
import { countCustomers } from "./count-customers";
import { type Matched, matchSides } from "./match-sides";
import { type CsvSource, planScreen } from "./plan-screen";
import { type ScannedSide, scanSide } from "./scan-side";
import type { SideScanner } from "./scan-sides";
import { loadScanner, Scanner, type ScannerModule } from "./scanner";
import { type HashKey, KEY_BYTES } from "./side-plan";
import { type CountedValue, type Tally, withoutDays } from "./tally";
import { writeRows } from "./write-rows";

/** What is left of two exports once the pairs that are proved equal are set aside. */
export interface Screened {
  /** Both exports with the rows alone that are left. */
  readonly parts: Readonly<Record<Side, Source>>;
  /** How many rows these are. */
  readonly left: number;
  /** Both exports as they are, read so that no cell with a line end is cut. */
  readonly whole: Readonly<Record<Side, Source>>;
  readonly scanned: Readonly<Record<Side, ScannedSide>>;
  /** The pairs that were set aside, summed up. */
  readonly tally: Tally;
  /** Their values of the population. */
  readonly population: ScreenedPopulation;
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
  scanner: SideScanner,
): Promise<Screened | null> {
  const until = unixSeconds(stripe.takenAt.to);
  const plans = planScreen(stripe, database, comparison, until, workspace);
  if (plans === null) return null;
  const module = await loadScanner();
  if (module === null) return null;
  // The engine may need the room on disk.
  const giveUp = (): null => {
    for (const { recordsPath } of Object.values(plans)) rmSync(recordsPath, { force: true });
    return null;
  };
  const scanned = await scanner.scan(module, plans);
  if (scanned === null) return giveUp();
  const breathe = (): Promise<void> => setImmediate();
  const matched = await matchSides(scanned.stripe, scanned.database, breathe);
  const { left, tally } = matched;
  const leftCount = left.stripe.count + left.database.count;
  if (tally.isOverfull || leftCount > (scanned.stripe.rows + scanned.database.rows) * MOST_LEFT + 100) return giveUp();
  const target = (side: Side): string => workspace.file(`${side}.left.csv`);
  const part = async (source: CsvSource): Promise<Source> => {
    const { side } = source;
    await writeRows(plans[side].path, left[side], scanned[side].header, target(side), breathe);
    return sourceOver(uncut(source, scanned[side]), target(side));
  };
  const parts = { stripe: await part(stripe as CsvSource), database: await part(database as CsvSource) };
  const keys = new Map(scanned.stripe.keys);
  const ofLeft = { ...plans.stripe, path: target("stripe"), recordsPath: workspace.file("stripe.left.records") };
  const scannedLeft = await scanSide(module, ofLeft);
  if (scannedLeft === null) return null;
  for (const [key, rows] of scannedLeft.keys) keys.set(key, (keys.get(key) ?? 0) - rows);
  const whole = {
    stripe: uncut(stripe as CsvSource, scanned.stripe),
    database: uncut(database as CsvSource, scanned.database),
  };
  return {
    parts,
    left: leftCount,
    whole,
    scanned,
    tally,
    population: writeValues(workspace, populationOf(tally, keys)),
    hashes: async () => ({
      stripe: { sha256: await hashOf(stripe, scanned.stripe) },
      database: { sha256: await hashOf(database, scanned.database) },
    }),
    customersElsewhere: (customers) =>
      writeCustomers(
        workspace,
        customers,
        hashesOf(module, plans.stripe.key, customers),
        scanned.stripe,
        matched,
        breathe,
      ),
  };
}

/** Of a compressed export, the text was hashed and not the file. */
async function hashOf({ file }: Source, { sha256 }: ScannedSide): Promise<string> {
  return file.compressed ? hashFile(file.rawPath) : sha256;
}

function uncut(source: CsvSource, { isMultiline }: ScannedSide): Source {
  return isMultiline ? { ...source, relation: source.rows.inOneThread } : source;
}

/** The values of the population among the pairs that were set aside. */
function populationOf(tally: Tally, keys: ReadonlyMap<string, number>): CountedValue[] {
  const counted = [...keys].filter(([, subscriptions]) => subscriptions > 0);
  return [
    ...tally.population(),
    ...counted.map(([key, subscriptions]) => withoutDays("metadata_key", key, subscriptions)),
  ];
}

/** Writes the values to a file, and says how to read it. */
function writeValues(workspace: Workspace, values: readonly CountedValue[]): ScreenedPopulation {
  const path = workspace.file("values.csv");
  writeFileSync(
    path,
    stringify(
      values.map(({ dimension, value, subscriptions }, code) => [code, dimension, value, subscriptions]),
      { quoted: true },
    ),
  );
  const columns = "'code': 'INTEGER', 'dimension': 'VARCHAR', 'value': 'VARCHAR', 'subscriptions': 'BIGINT'";
  return { values, relation: readBack(path, columns), path: workspace.file("population.csv") };
}

/** Hashes these customers as the scanner does. */
function hashesOf(module: ScannerModule, key: HashKey, customers: readonly string[]): (customer: string) => bigint {
  const longest = customers.reduce((most, customer) => Math.max(most, Buffer.byteLength(customer)), KEY_BYTES);
  const scanner = new Scanner(module, key, longest);
  return (customer) => scanner.hashOf(customer);
}

async function writeCustomers(
  workspace: Workspace,
  customers: readonly string[],
  hashOf: (customer: string) => bigint,
  stripe: ScannedSide,
  matched: Matched,
  breathe: () => Promise<void>,
): Promise<string> {
  const path = workspace.file("customers.csv");
  const counts = await countCustomers(customers, stripe, matched, hashOf, breathe);
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
