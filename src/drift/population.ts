import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { ReconError } from "../recon-error";

/** How many subscriptions have a value, and how many of them changed last on each day. */
export interface Cell {
  readonly subscriptions: number;
  /** Day (days since 1970) to subscriptions that changed last on it. */
  readonly changed: ReadonlyMap<number, number>;
}

/** `population.csv` by dimension and value. */
export type Population = ReadonlyMap<string, ReadonlyMap<string, Cell>>;

const DAY = 86_400_000;

/**
 * Reads a `population.csv` that `recon diff` wrote.
 *
 * @throws ReconError naming the line that cannot be read.
 */
export async function readPopulation(path: string): Promise<Population> {
  const text = await readFile(path, "utf8");
  const rows = parse(text, { relax_column_count: true, skip_empty_lines: true }) as string[][];
  if (rows[0]?.join() !== "dimension,value,day,subscriptions,changed") {
    throw new ReconError(
      "bad_population",
      `${path}, line 1: expected dimension,value,day,subscriptions,changed. Run recon diff again.`,
    );
  }
  const population = new Map<string, Map<string, { subscriptions: number; changed: Map<number, number> }>>();
  for (const [index, [dimension = "", value = "", day = "", subscriptions = "", changed = ""]] of rows.entries()) {
    if (index === 0) continue;
    const count = Number(day === "" ? subscriptions : changed);
    const at = day === "" ? 0 : Date.parse(day) / DAY;
    if (!Number.isInteger(count) || !Number.isInteger(at)) {
      throw new ReconError(
        "bad_population",
        `${path}, line ${index + 1}: expected a day and a whole number. The file was changed; run recon diff again.`,
      );
    }
    const values = population.get(dimension) ?? new Map();
    population.set(dimension, values);
    const plain = value.replace(/^'(?=[=+\-@\t\r])/, "");
    const cell = values.get(plain) ?? { subscriptions: 0, changed: new Map() };
    values.set(plain, cell);
    if (day === "") cell.subscriptions += count;
    else cell.changed.set(at, (cell.changed.get(at) ?? 0) + count);
  }
  return population;
}

/** How many subscriptions have a value; null when the dimension is not told apart. */
export function countOf(population: Population | null, dimension: string, value: string): number | null {
  const values = population?.get(dimension);
  return values === undefined ? null : (values.get(value)?.subscriptions ?? 0);
}
