import { closeSync, createReadStream, openSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import { stringify } from "csv-stringify/sync";
import type { CountedValue } from "./screen/tally";

/** A value of `population.csv`, with its place in the order of it. */
export interface ToldValue {
  readonly place: number;
  readonly dimension: string;
  readonly value: string;
}

/** After so many values other work of this thread, such as the engine's answers, gets its turn. */
const VALUES_A_TURN = 64;
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
  const changed = new DaySums();
  const add = (day: number, count: number): void => changed.add(day, count);
  try {
    out.text("dimension,value,day,subscriptions,changed\n");
    let cell = await nextCell();
    for (const [index, { place, dimension, value }] of told.entries()) {
      if (index % VALUES_A_TURN === 0) await setImmediate();
      let subscriptions = 0;
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
      const start = stringify([[dimension, value]], AS_ENGINE);
      out.text(`${start},,${subscriptions},\n`);
      const startBytes = Buffer.from(start);
      changed.drain((day, count) => out.day(startBytes, day, count));
    }
  } finally {
    out.close();
  }
}

/** Days from 1970 on that are summed up side by side; those outside are rare. */
const COMMON_DAYS = 65_536;

/** Sums by day, which are given in the order of days. */
class DaySums {
  readonly #common = new Float64Array(COMMON_DAYS);
  #first = COMMON_DAYS;
  #last = -1;
  readonly #others = new Map<number, number>();

  /** @param count - more than 0 */
  add(day: number, count: number): void {
    if (day < 0 || day >= COMMON_DAYS) {
      this.#others.set(day, (this.#others.get(day) ?? 0) + count);
      return;
    }
    this.#common[day] = (this.#common[day] as number) + count;
    if (day < this.#first) this.#first = day;
    if (day > this.#last) this.#last = day;
  }

  /** Gives all sums and forgets them. */
  drain(take: (day: number, count: number) => void): void {
    const others = [...this.#others].sort(([a], [b]) => a - b);
    for (const [day, count] of others) if (day < 0) take(day, count);
    for (let day = this.#first; day <= this.#last; day++) {
      const count = this.#common[day] as number;
      if (count !== 0) take(day, count);
      this.#common[day] = 0;
    }
    for (const [day, count] of others) if (day > 0) take(day, count);
    this.#first = COMMON_DAYS;
    this.#last = -1;
    this.#others.clear();
  }
}

/** So many bytes are written at a time. */
const PIECE = 1_048_576;
/** Takes what follows on a line: a day, a number, commas and the line end. */
const END_BYTES = 64;
const COMMA = 0x2c;
const LINE_END = 0x0a;
const ZERO = 0x30;

/** Lines of a CSV of which many begin alike. */
class CsvLines {
  readonly #file: number;
  #bytes = Buffer.allocUnsafeSlow(PIECE);
  #length = 0;
  readonly #days = new Map<number, Uint8Array>();

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  text(text: string): void {
    const bytes = Buffer.from(text);
    this.#room(bytes.length);
    this.#append(bytes);
  }

  /** A line of a day: how it starts, the day, and how many. */
  day(start: Uint8Array, day: number, count: number): void {
    this.#room(start.length + END_BYTES);
    this.#append(start);
    this.#bytes[this.#length++] = COMMA;
    this.#append(this.#days.get(day) ?? this.nameDay(day, new Date(day * DAY_MILLISECONDS).toISOString().slice(0, 10)));
    this.#bytes[this.#length++] = COMMA;
    this.#bytes[this.#length++] = COMMA;
    this.#number(count);
    this.#bytes[this.#length++] = LINE_END;
  }

  /** Says how a day is written, of days that may be far away. */
  nameDay(day: number, text: string): Uint8Array {
    const bytes = Buffer.from(text);
    this.#days.set(day, bytes);
    return bytes;
  }

  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#file);
    }
  }

  #room(needed: number): void {
    if (this.#length + needed <= this.#bytes.length) return;
    this.#flush();
    if (needed > PIECE) this.#bytes = Buffer.allocUnsafeSlow(needed);
  }

  #append(bytes: Uint8Array): void {
    const target = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < bytes.length; i++) target[at++] = bytes[i] as number;
    this.#length = at;
  }

  #number(value: number): void {
    const end = this.#length + digitsOf(value);
    let rest = value;
    for (let at = end - 1; at >= this.#length; at--) {
      const tens = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + (rest - 10 * tens);
      rest = tens;
    }
    this.#length = end;
  }

  #flush(): void {
    writeFileSync(this.#file, this.#bytes.subarray(0, this.#length));
    this.#length = 0;
  }
}

/** @param value - a whole number, not below 0 */
function digitsOf(value: number): number {
  let digits = 1;
  for (let power = 10; value >= power; power *= 10) digits++;
  return digits;
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
