import { BLANK_WORDS } from "../../sources/blank-cell";
import { COLUMN_TYPES, COLUMNS, type Column, type ColumnType } from "../../sources/column";
import { FALSE_WORDS, TRUE_WORDS } from "../../sources/typed-column";
import { Dictionary } from "./dictionary";
import { hashWords } from "./keyed-hash";
import { NOT_READ, readInstant } from "./read-instant";
import { MetadataReader } from "./read-metadata";
import * as record from "./record";
import type { SidePlan } from "./side-plan";
import { TextBuffer } from "./text-buffer";

/** The cells of one row, as a CSV has them. */
export interface Cells {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1 for a cell in quotes that holds doubled quotes. */
  readonly doubled: Uint8Array;
}

/** Different words a column of categories may have; more are no categories, and the engine reads the export. */
const MOST_WORDS = 65_535;
/** Different tenants, and fragments, of which the counts are kept in memory. */
const MOST_NAMES = 2_000_000;

const SPACE = 32;
const QUOTE = 34;
const DAY_SECONDS = 86_400;
const LAST_DAY = 65_535;

/** Stands for a number that is not there. */
const ABSENT = -2;

/** Columns by their place in `COLUMNS`. */
const placeOf = (column: Column): number => COLUMNS.indexOf(column);
const ID = placeOf("id");
const STATUS = placeOf("status");
const METADATA = placeOf("metadata");
const LIVEMODE = placeOf("livemode");
const CREATED = placeOf("created");
const TRIAL_END = placeOf("trial_end");
const TEST_CLOCK = placeOf("test_clock");
const PRICE = placeOf("price_id");
const CURRENCY = placeOf("currency");
const CUSTOMER = placeOf("customer_id");
const TENANT = placeOf("tenant_id");

/** The times of Stripe that are changes; a trial's end once it has come. */
const CHANGES = ["trial_end", "current_period_start", "paused_at", "canceled_at", "ended_at"] as const;

/** Takes records: `begin` says where the next one is to be filled in, over zeros. */
export interface RecordSink {
  block: Uint32Array;
  at: number;
  begin(idWord: number): void;
}

/** Turns rows into records. What it does not read in a row makes the record odd; nothing is guessed. */
export class RowReader {
  readonly statuses = new Dictionary(MOST_WORDS);
  readonly prices = new Dictionary(MOST_WORDS);
  readonly currencies = new Dictionary(MOST_WORDS);
  readonly tenants = new Dictionary(MOST_NAMES);
  readonly fragments = new Dictionary(MOST_NAMES);
  readonly metadata: MetadataReader;
  /** Of all rows that are not odd, Unix seconds; null before there was one. */
  oldest: number | null = null;
  newest: number | null = null;
  /** The last change of all, Unix seconds; Stripe's side only. */
  lastChange: number | null = null;
  /** Set when there are more different words than are kept. */
  isOverfull = false;

  readonly #plan: SidePlan;
  readonly #store: RecordSink;
  /** By the place in `COLUMNS`: the cell to read, -1 when there is none, and whether words stand for nothing in it. */
  readonly #indices: Int32Array;
  readonly #blankWords: Uint8Array;
  readonly #isStripe: boolean;
  readonly #fields: readonly { readonly place: number; readonly type: ColumnType }[];
  readonly #changes: Int32Array;
  readonly #needed: Int32Array;
  readonly #content = new TextBuffer();
  readonly #id = new TextBuffer(256);
  readonly #hash = new Int32Array(4);

  #cells: Cells = { starts: new Int32Array(0), ends: new Int32Array(0), doubled: new Uint8Array(0) };
  #chunk: Uint8Array = new Uint8Array(0);
  #unquoted = new Uint8Array(4096);
  /** The value that was found last. */
  #bytes: Uint8Array = new Uint8Array(0);
  #from = 0;
  #to = 0;

  /** @param store - takes the records */
  constructor(plan: SidePlan, store: RecordSink) {
    this.#plan = plan;
    this.#store = store;
    this.#isStripe = plan.side === "stripe";
    this.metadata = new MetadataReader(plan.key);
    this.#indices = Int32Array.from(COLUMNS, (column) => plan.cells[column]?.index ?? -1);
    this.#blankWords = Uint8Array.from(COLUMNS, (column) => Number(plan.cells[column]?.blankWords ?? false));
    this.#fields = plan.fields.map((field) => ({ place: placeOf(field), type: COLUMN_TYPES[field] ?? "text" }));
    this.#changes = Int32Array.from(CHANGES.filter((column) => plan.cells[column] !== undefined).map(placeOf));
    this.#needed = Int32Array.from(plan.needed.map(placeOf));
  }

  /** Makes the record of a row; says whether it is one of which something can be proved. */
  read(chunk: Uint8Array, cells: Cells, offset: number, length: number): boolean {
    this.#chunk = chunk;
    this.#cells = cells;
    let flags = this.#hashId() ? 0 : record.NO_ID;
    const store = this.#store;
    store.begin(flags === 0 ? (this.#hash[1] as number) : 0);
    const out = store.block;
    const at = store.at;
    if (flags === 0) {
      out[at + record.ID] = this.#hash[0] as number;
      out[at + record.ID + 1] = this.#hash[1] as number;
    }
    out[at + record.OFFSET] = offset;
    out[at + record.LENGTH] = length;
    const isRead =
      this.#readContent(out, at) && (this.#isStripe ? this.#readStripe(out, at) : this.#readDatabase(out, at));
    flags |= isRead ? this.#mode : record.ODD;
    out[at + record.PACKED] = Math.floor(offset / 2 ** 32) | (flags << 8) | (this.#status << 16);
    return isRead;
  }

  #status = 0;
  #isPadded = false;
  #mode = 0;

  /** Ids are matched without the spaces around them, as the engine does when it finds some. */
  #hashId(): boolean {
    this.#isPadded = false;
    if (!this.#find(ID)) return false;
    let [from, to] = [this.#from, this.#to];
    const bytes = this.#bytes;
    while (from < to && bytes[from] === SPACE) from++;
    while (to > from && bytes[to - 1] === SPACE) to--;
    if (from === to) return false;
    this.#isPadded = from > this.#from || to < this.#to;
    this.#hashText(bytes, from, to, this.#hash, 0);
    return true;
  }

  #hashText(bytes: Uint8Array, from: number, to: number, out: Int32Array | Uint32Array, at: number): void {
    const text = this.#id;
    text.length = 0;
    text.addText(bytes, from, to);
    hashWords(this.#plan.key, text.words, text.length >>> 2, out, at, false);
  }

  /** Reads what is compared, and the status and the mode. */
  #readContent(out: Uint32Array, at: number): boolean {
    const { comparesMetadata, timeStep } = this.#plan;
    const content = this.#content;
    content.length = 0;
    this.#status = 0;
    this.#mode = 0;
    for (const place of this.#needed) if (!this.#find(place)) return false;
    if (!this.#find(STATUS)) return false;
    this.#status = this.#kept(this.statuses.codeOf(this.#bytes, this.#from, this.#to));
    content.addText(this.#bytes, this.#from, this.#to);
    for (const { place, type } of this.#fields) {
      if (type === "time") {
        const time = this.#instant(place);
        if (time === NOT_READ) return false;
        content.addNumber(time < 0 ? time : Math.floor(time / timeStep));
      } else if (type === "boolean") {
        const flag = this.#flag(place);
        if (flag === NOT_READ) return false;
        content.addNumber(flag);
      } else if (this.#find(place)) content.addText(this.#bytes, this.#from, this.#to);
      else content.addNumber(ABSENT);
    }
    this.metadata.clear();
    if (comparesMetadata || this.#isStripe) {
      const isThere = this.#locate(METADATA);
      if (isThere && !this.metadata.read(this.#bytes, this.#from, this.#to, this.#isDoubled(METADATA))) return false;
      if (comparesMetadata) content.addWords(this.metadata.sum);
    }
    const live = this.#flag(LIVEMODE);
    if (live === NOT_READ) return false;
    this.#mode = live === 1 ? record.LIVE : live === 0 ? record.TEST : 0;
    hashWords(this.#plan.key, content.words, content.length >>> 2, out, at + record.CONTENT, false);
    return true;
  }

  #readStripe(out: Uint32Array, at: number): boolean {
    // What such an id says of its account depends on whether the engine trims it.
    if (this.#isPadded || this.#find(TEST_CLOCK)) return false;
    const created = this.#instant(CREATED);
    if (created < 0) return false;
    let changed = created;
    for (const place of this.#changes) {
      const time = this.#instant(place);
      if (time === NOT_READ) return false;
      if (time > changed && !(place === TRIAL_END && time > this.#plan.until)) changed = time;
    }
    const day = Math.floor(changed / DAY_SECONDS);
    if (day > LAST_DAY) return false;
    const hour = Math.floor((changed % DAY_SECONDS) / 3600);
    out[at + record.DAYS] = Math.floor(created / DAY_SECONDS) | (day << 16);
    out[at + record.LENGTH] = (out[at + record.LENGTH] as number) | (hour << 24);
    out[at + record.PRICE] = this.#code(PRICE, this.prices) | (this.#code(CURRENCY, this.currencies) << 16);
    out[at + record.FRAGMENT] = this.#fragment();
    if (this.#find(CUSTOMER)) this.#hashText(this.#bytes, this.#from, this.#to, out, at + record.CUSTOMER);
    const { tenant, tenantLength } = this.metadata;
    if (tenantLength >= 0) out[at + record.TENANT] = this.#kept(this.tenants.codeOf(tenant, 0, tenantLength));
    this.#noteCreated(created);
    if (this.lastChange === null || changed > this.lastChange) this.lastChange = changed;
    return true;
  }

  #readDatabase(out: Uint32Array, at: number): boolean {
    const created = this.#instant(CREATED);
    if (created === NOT_READ) return false;
    out[at + record.TENANT] = this.#code(TENANT, this.tenants);
    if (created >= 0) this.#noteCreated(created);
    return true;
  }

  #noteCreated(seconds: number): void {
    if (this.oldest === null || seconds < this.oldest) this.oldest = seconds;
    if (this.newest === null || seconds > this.newest) this.newest = seconds;
  }

  /** Ten characters that ids of one account share; see `accountFragment`. */
  #fragment(): number {
    if (!this.#find(ID)) return 0;
    const [bytes, from, to] = [this.#bytes, this.#from, this.#to];
    if (to - from < LONG_ID) return 0;
    for (let i = 0; i < SUB_1.length; i++) if (bytes[from + i] !== SUB_1[i]) return 0;
    return this.#kept(this.fragments.codeOf(bytes, from + 10, from + 20));
  }

  #code(place: number, words: Dictionary): number {
    if (!this.#find(place)) return 0;
    return this.#kept(words.codeOf(this.#bytes, this.#from, this.#to));
  }

  #kept(code: number): number {
    if (code >= 0) return code;
    this.isOverfull = true;
    return 0;
  }

  /** Unix seconds; {@link ABSENT} when there is none, {@link NOT_READ} when it is written in another way. */
  #instant(place: number): number {
    if (!this.#find(place)) return ABSENT;
    return readInstant(this.#bytes, this.#from, this.#to);
  }

  /** 1 or 0; {@link ABSENT} when there is none, {@link NOT_READ} when it is another word. */
  #flag(place: number): number {
    if (!this.#find(place)) return ABSENT;
    const length = this.#to - this.#from;
    if (length > 5) return NOT_READ;
    let word = "";
    for (let i = this.#from; i < this.#to; i++) word += String.fromCharCode(this.#bytes[i] as number);
    word = word.toLowerCase();
    return TRUE_WORDS.has(word) ? 1 : FALSE_WORDS.has(word) ? 0 : NOT_READ;
  }

  /** Looks a cell up; an empty one, `\\N`, and a word for nothing are none. */
  #find(place: number): boolean {
    if (!this.#locate(place)) return false;
    if (this.#isDoubled(place)) this.#undouble();
    return true;
  }

  #isDoubled(place: number): boolean {
    return this.#cells.doubled[this.#indices[place] as number] === 1;
  }

  /** As {@link #find}, with quotes still doubled. */
  #locate(place: number): boolean {
    const index = this.#indices[place] as number;
    if (index < 0) return false;
    const from = this.#cells.starts[index] as number;
    const to = this.#cells.ends[index] as number;
    const length = to - from;
    if (length === 0) return false;
    const chunk = this.#chunk;
    if (length === 2 && chunk[from] === 92 && chunk[from + 1] === 78) return false;
    if (length <= 6 && this.#blankWords[place] === 1 && isBlankWord(chunk, from, to)) return false;
    this.#bytes = chunk;
    this.#from = from;
    this.#to = to;
    return true;
  }

  #undouble(): void {
    const [chunk, from, to] = [this.#bytes, this.#from, this.#to];
    if (to - from > this.#unquoted.length) this.#unquoted = new Uint8Array((to - from) * 2);
    const bytes = this.#unquoted;
    let length = 0;
    for (let i = from; i < to; i++) {
      const byte = chunk[i] as number;
      bytes[length++] = byte;
      if (byte === QUOTE) i++;
    }
    this.#bytes = bytes;
    this.#from = 0;
    this.#to = length;
  }
}

/** Ids of this length carry an account fragment. */
const LONG_ID = 28;
const SUB_1 = new TextEncoder().encode("sub_1");

function isBlankWord(bytes: Uint8Array, from: number, to: number): boolean {
  const word = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
  return (BLANK_WORDS as readonly string[]).includes(word);
}
