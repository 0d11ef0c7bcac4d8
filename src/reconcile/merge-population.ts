import { closeSync, createReadStream, openSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { stringify } from "csv-stringify/sync";
import type { CountedValue } from "./screen/tally";

/** A value of `population.csv`, with its place in the order of it. */
export interface ToldValue {
  readonly place: number;
  readonly dimension: string;
  readonly value: string;
}

const DAY_MILLISECONDS = 86_400_000;
/** As the engine writes a CSV: quotes around what is empty, a comment elsewhere, or has a line end in it. */
const AS_ENGINE = { eof: false, quoted_empty: true, quoted_match: /^#|[\r\n]/ } as const;

/**
 * Writes `population.csv` from what was counted in two ways.
 *
 * @param told - all values, in order
 * @param counted - some of the counts by place
 * @param cellsPath - the other ones: a CSV of place, day since 1970, its text and subscriptions, in order; a row without a day is a value as a whole
 */
export async function mergePopulation(
  told: readonly ToldValue[],
  counted: ReadonlyMap<number, readonly CountedValue[]>,
  cellsPath: string,
  path: string,
): Promise<void> {
  const lines = createInterface({ input: createReadStream(cellsPath) })[Symbol.asyncIterator]();
  const nextCell = async (): Promise<Cell | null> => {
    const { value, done } = await lines.next();
    return done === true ? null : readCell(value);
  };
  const out = new CsvLines(path);
  try {
    out.add(Buffer.from("dimension,value,day,subscriptions,changed"), "");
    let cell = await nextCell();
    for (const { place, dimension, value } of told) {
      let subscriptions = 0;
      const changed = new Map<number, number>();
      const add = (day: number, count: number): void => {
        changed.set(day, (changed.get(day) ?? 0) + count);
      };
      for (const each of counted.get(place) ?? []) {
        subscriptions += each.subscriptions;
        each.eachDay(add);
      }
      for (; cell?.place === place; cell = await nextCell()) {
        if (cell.day === null) subscriptions += cell.subscriptions;
        else {
          out.nameDay(cell.day, cell.dayText);
          add(cell.day, cell.subscriptions);
        }
      }
      const start = Buffer.from(stringify([[dimension, value]], AS_ENGINE));
      out.add(start, `,,${subscriptions},`);
      for (const day of [...changed.keys()].sort((a, b) => a - b))
        out.add(start, `,${out.dayText(day)},,${changed.get(day)}`);
    }
  } finally {
    out.close();
  }
}

/** So many bytes are written at a time. */
const PIECE = 1_048_576;
/** Takes the longest end of a line. */
const END_BYTES = 64;

/** Lines of a CSV of which many begin alike. */
class CsvLines {
  readonly #file: number;
  #bytes = Buffer.allocUnsafeSlow(PIECE);
  #length = 0;
  readonly #days = new Map<number, string>();

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  /** @param end - of plain characters */
  add(start: Uint8Array, end: string): void {
    const needed = start.length + END_BYTES;
    if (this.#length + needed > this.#bytes.length) {
      this.#flush();
      if (needed > PIECE) this.#bytes = Buffer.allocUnsafeSlow(needed);
    }
    this.#bytes.set(start, this.#length);
    this.#length += start.length;
    this.#length += this.#bytes.write(`${end}\n`, this.#length, "latin1");
  }

  dayText(day: number): string {
    const text = this.#days.get(day) ?? new Date(day * DAY_MILLISECONDS).toISOString().slice(0, 10);
    this.#days.set(day, text);
    return text;
  }

  /** Says how a day is written, of days that may be far away. */
  nameDay(day: number, text: string): void {
    this.#days.set(day, text);
  }

  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#file);
    }
  }

  #flush(): void {
    writeFileSync(this.#file, this.#bytes.subarray(0, this.#length));
    this.#length = 0;
  }
}

interface Cell {
  readonly place: number;
  readonly day: number | null;
  readonly dayText: string;
  readonly subscriptions: number;
}

function readCell(line: string): Cell {
  const [place = "", day = "", dayText = "", subscriptions = ""] = line.split(",");
  return { place: Number(place), day: day === "" ? null : Number(day), dayText, subscriptions: Number(subscriptions) };
}
