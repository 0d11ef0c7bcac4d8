import * as role from "./cell-roles";
import { endOf } from "./cut-cells";
import { Dictionary } from "./dictionary";
import * as hash from "./keyed-hash";
import { NOT_READ, readInstant } from "./read-instant";
import { addMetadata, clearMetadata, countKeys, readMetadata, tenantOf } from "./read-metadata";
import * as record from "./record";
import { beginRecord } from "./records";

/** Different words a column of categories may have; more are no categories, and the engine reads the export. */
const MOST_WORDS = 65_535;
/** Different tenants, and fragments, of which the counts are kept in memory. */
const MOST_NAMES = 2_000_000;

const SPACE: u8 = 32;
const QUOTE: u8 = 34;
/** `\N`, as a word of two bytes. */
const NOTHING: u16 = 0x4e5c;
const DAY_SECONDS: i64 = 86_400;
const LAST_DAY: i64 = 65_535;

/** Stands for a value that is not there. */
const ABSENT: i64 = -2;
/** There is no such cell; all others are twice their index, and 1 more where words stand for nothing in them. */
const NO_CELL = -1;

export const statuses = new Dictionary(MOST_WORDS);
export const prices = new Dictionary(MOST_WORDS);
export const currencies = new Dictionary(MOST_WORDS);
export const tenants = new Dictionary(MOST_NAMES);
export const fragments = new Dictionary(MOST_NAMES);

/** Cells, with how they are read, in the order they were given. */
class CellList {
  count: i32 = 0;
  private cells: usize = heap.alloc(64 * 8);

  add(cell: i32, how: i32): void {
    store<i32>(this.cells + this.count * 8, cell);
    store<i32>(this.cells + this.count++ * 8, how, 4);
  }

  cell(index: i32): i32 {
    return load<i32>(this.cells + index * 8);
  }

  how(index: i32): i32 {
    return load<i32>(this.cells + index * 8, 4);
  }
}

/** Short words, each with a value. A word is its bytes as a number of 64 bits, so that it has eight at most. */
class WordList {
  private count: i32 = 0;
  private words: usize = heap.alloc(32 * 16);

  add(word: u64, value: i32): void {
    store<u64>(this.words + this.count * 16, word);
    store<i32>(this.words + this.count++ * 16, value, 8);
  }

  /** The value of a word; `otherwise` when it is not in the list. */
  valueOf(word: u64, otherwise: i32): i32 {
    for (let i = 0; i < this.count; i++) {
      if (load<u64>(this.words + i * 16) === word) return load<i32>(this.words + i * 16, 8);
    }
    return otherwise;
  }
}

const cells: usize = heap.alloc(role.ROLES * 4);
memory.fill(cells, 0xff, role.ROLES * 4);
/** The cells that are compared; those a row has to have; and the times of Stripe that are changes. */
const fields = new CellList();
const needed = new CellList();
const changes = new CellList();
/** Words that stand for nothing, and words for yes and no. */
const blankWords = new WordList();
const flagWords = new WordList();

/** The hash begun with the id of a row. */
const ofId: usize = heap.alloc(hash.STATE_BYTES);

let isStripe = false;
let comparesMetadata = false;
let timeStep: i64 = 1;
let until: i64 = 0;
let unquoted: usize = 0;

let first: i32 = 0;
let rowFrom: usize = 0;
let rowTo: usize = 0;
let lastCell: i32 = 0;
/** The value that was found last. */
let from: usize = 0;
let to: usize = 0;
let isDoubled = false;
let isPadded = false;
let isFull = false;
let mode: i32 = 0;
let status: i32 = 0;
let oldestCreated: i64 = i64.MAX_VALUE;
let newestCreated: i64 = i64.MIN_VALUE;
let latestChange: i64 = i64.MIN_VALUE;

/**
 * @param width - cells of a row
 * @param step - seconds; compared times are cut to it
 * @param now - Unix seconds; a trial that ends later has not ended
 * @param room - where one row finds room
 */
export function beginRows(ofStripe: bool, withMetadata: bool, width: i32, step: i64, now: i64, room: usize): void {
  isStripe = ofStripe;
  comparesMetadata = withMetadata;
  lastCell = width - 1;
  timeStep = step;
  until = now;
  unquoted = room;
}

export function setCell(ofRole: i32, cell: i32): void {
  store<i32>(cells + ofRole * 4, cell);
}

export function addField(cell: i32, how: i32): void {
  fields.add(cell, how);
}

export function addNeeded(cell: i32): void {
  needed.add(cell, 0);
}

/** @param counts - 1 when the time is a change as soon as it has come only */
export function addChange(cell: i32, counts: i32): void {
  changes.add(cell, counts);
}

export function addBlankWord(word: u64): void {
  blankWords.add(word, 1);
}

export function addFlagWord(word: u64, value: i32): void {
  flagWords.add(word, value);
}

/** Set when there are more different words than are kept. */
export function isOverfull(): bool {
  return isFull;
}

/** Unix seconds of the first creation; `i64.MAX_VALUE` before there was one. */
export function oldest(): i64 {
  return oldestCreated;
}

/** Unix seconds of the last creation; `i64.MIN_VALUE` before there was one. */
export function newest(): i64 {
  return newestCreated;
}

/** Unix seconds of the last change of all, of Stripe's side; `i64.MIN_VALUE` before there was one. */
export function lastChange(): i64 {
  return latestChange;
}

/**
 * Makes the record of a row. What is not read in it makes the record odd; nothing is guessed.
 *
 * @param cell - its first one, among those that were cut
 * @param offset - where the row begins in the file, in bytes
 */
export function readRow(cell: i32, start: usize, end: usize, offset: u64): void {
  first = cell;
  rowFrom = start;
  rowTo = end;
  let flags = hashId() ? 0 : record.NO_ID;
  const id = flags === 0 ? hash.firstHalf() : 0;
  const at = beginRecord(<i32>(id >> 58));
  store<u64>(at + record.ID * 4, id);
  const isRead = readContent(at) && (isStripe ? readStripe(at) : readDatabase(at));
  flags |= isRead ? mode : record.ODD;
  store<u32>(at + record.OFFSET * 4, <u32>offset);
  store<u32>(at + record.PACKED * 4, <u32>(offset >> 32) | (flags << 8) | (status << 16));
  store<u32>(at + record.LENGTH * 4, load<u32>(at + record.LENGTH * 4) | <u32>(end - start));
  if (isRead && isStripe) countKeys();
}

/** Ids are matched without the spaces around them, as the engine does when it finds some. */
function hashId(): bool {
  isPadded = false;
  if (!find(role.ID_CELL)) return false;
  let start = from;
  let end = to;
  while (start < end && load<u8>(start) === SPACE) start++;
  while (end > start && load<u8>(end - 1) === SPACE) end--;
  if (start === end) return false;
  isPadded = start > from || end < to;
  hash.begin();
  hash.addText(start, end);
  hash.keep(ofId);
  hash.end();
  return true;
}

/** Reads what is compared, and the status and the mode. */
function readContent(at: usize): bool {
  status = 0;
  mode = 0;
  clearMetadata();
  if (comparesMetadata || isStripe) {
    if (locate(cellOf(role.METADATA_CELL)) && !readMetadata(from, to, isDoubled)) return false;
  }
  for (let i = 0; i < needed.count; i++) if (!findCell(needed.cell(i))) return false;
  if (!find(role.STATUS_CELL)) return false;
  status = kept(statuses.codeOf(from, to));
  // Two rows with the same content have the same id as well.
  hash.resume(ofId);
  hash.addText(from, to);
  for (let i = 0; i < fields.count; i++) {
    const cell = fields.cell(i);
    const how = fields.how(i);
    if (how === role.AS_TIME) {
      const time = instant(cell);
      if (time === NOT_READ) return false;
      hash.addNumber(time < 0 ? time : time / timeStep);
    } else if (how === role.AS_FLAG) {
      const value = flag(cell);
      if (value === NOT_READ) return false;
      hash.addNumber(value);
    } else if (findCell(cell)) hash.addText(from, to);
    else hash.addNumber(ABSENT);
  }
  if (comparesMetadata) addMetadata();
  storeHash(at + record.CONTENT * 4);
  const live = flag(cellOf(role.LIVEMODE_CELL));
  if (live === NOT_READ) return false;
  mode = live === 1 ? record.LIVE : live === 0 ? record.TEST : 0;
  return true;
}

function readStripe(at: usize): bool {
  // What such an id says of its account depends on whether the engine trims it.
  if (isPadded || find(role.TEST_CLOCK_CELL)) return false;
  const created = instant(cellOf(role.CREATED_CELL));
  if (created < 0) return false;
  let changed = created;
  for (let i = 0; i < changes.count; i++) {
    const time = instant(changes.cell(i));
    if (time === NOT_READ) return false;
    if (time > changed && !(changes.how(i) === 1 && time > until)) changed = time;
  }
  const day = changed / DAY_SECONDS;
  if (day > LAST_DAY) return false;
  const hour = <u32>((changed % DAY_SECONDS) / 3600);
  store<u32>(at + record.DAYS * 4, <u32>(created / DAY_SECONDS) | ((<u32>day) << 16));
  store<u32>(at + record.LENGTH * 4, hour << 24);
  store<u32>(at + record.PRICE * 4, codeOf(role.PRICE_CELL, prices) | (codeOf(role.CURRENCY_CELL, currencies) << 16));
  store<u32>(at + record.FRAGMENT * 4, fragment());
  if (find(role.CUSTOMER_CELL)) {
    hash.begin();
    hash.addText(from, to);
    storeHash(at + record.CUSTOMER * 4);
  }
  store<i32>(at + record.TENANT * 4, kept(tenantOf(tenants)));
  noteCreated(created);
  if (changed > latestChange) latestChange = changed;
  return true;
}

function readDatabase(at: usize): bool {
  const created = instant(cellOf(role.CREATED_CELL));
  if (created === NOT_READ) return false;
  store<i32>(at + record.TENANT * 4, codeOf(role.TENANT_CELL, tenants));
  if (created >= 0) noteCreated(created);
  return true;
}

/** Ends the hash that is being made, and stores it. */
export function storeHash(at: usize): void {
  hash.end();
  store<u64>(at, hash.firstHalf());
  store<u64>(at, hash.secondHalf(), 8);
}

function noteCreated(seconds: i64): void {
  oldestCreated = min(oldestCreated, seconds);
  newestCreated = max(newestCreated, seconds);
}

/** Ids of this length carry an account fragment: ten characters that those of one account share; see `accountFragment`. */
const LONG_ID: usize = 28;
/** `sub_` and `1`. */
const SUB_: u32 = 0x5f627573;
const ONE: u8 = 49;

function fragment(): i32 {
  if (!find(role.ID_CELL) || to - from < LONG_ID) return 0;
  if (load<u32>(from) !== SUB_ || load<u8>(from, 4) !== ONE) return 0;
  return kept(fragments.codeOf(from + 10, from + 20));
}

function codeOf(ofRole: i32, words: Dictionary): i32 {
  return find(ofRole) ? kept(words.codeOf(from, to)) : 0;
}

function kept(code: i32): i32 {
  if (code >= 0) return code;
  isFull = true;
  return 0;
}

/** Unix seconds; {@link ABSENT} when there is none, {@link NOT_READ} when it is written in another way. */
function instant(cell: i32): i64 {
  return findCell(cell) ? readInstant(from, to) : ABSENT;
}

/** 1 or 0; {@link ABSENT} when there is none, {@link NOT_READ} when it is another word. */
function flag(cell: i32): i64 {
  if (!findCell(cell)) return ABSENT;
  return to - from > 8 ? NOT_READ : flagWords.valueOf(lowerCase(wordOf(from, to)), <i32>NOT_READ);
}

function cellOf(ofRole: i32): i32 {
  return load<i32>(cells + ofRole * 4);
}

function find(ofRole: i32): bool {
  return findCell(cellOf(ofRole));
}

/** Looks a cell up; an empty one, `\N`, and a word for nothing are none. */
function findCell(cell: i32): bool {
  if (!locate(cell)) return false;
  if (isDoubled) undouble();
  return true;
}

/** As {@link findCell}, with quotes still doubled. */
function locate(cell: i32): bool {
  if (cell === NO_CELL) return false;
  const index = cell >> 1;
  from = index === 0 ? rowFrom : endOf(first + index - 1) + 1;
  to = index === lastCell ? rowTo : endOf(first + index);
  isDoubled = false;
  if (from === to) return false;
  if (load<u8>(from) === QUOTE) {
    from++;
    to--;
    if (from === to) return false;
    isDoubled = true;
  }
  const length = to - from;
  if (length === 2 && load<u16>(from) === NOTHING) return false;
  return !(length <= 8 && (cell & 1) === 1 && blankWords.valueOf(wordOf(from, to), 0) === 1);
}

/** A text of one to eight bytes as a number of 64 bits. */
function wordOf(start: usize, end: usize): u64 {
  return end - start === 8 ? load<u64>(start) : hash.lastBytes(start, end);
}

/** The bytes of a word in lower case; only letters are changed. */
function lowerCase(word: u64): u64 {
  let lower: u64 = 0;
  for (let shift: u64 = 0; shift < 64; shift += 8) {
    const byte = (word >> shift) & 0xff;
    lower |= (byte >= 65 && byte <= 90 ? byte | 32 : byte) << shift;
  }
  return lower;
}

/** Writes each pair of quotes as one, when there are any. */
function undouble(): void {
  let at = from;
  while (at < to && load<u8>(at) !== QUOTE) at++;
  if (at === to) return;
  let end = unquoted;
  for (at = from; at < to; at++) {
    const byte = load<u8>(at);
    store<u8>(end++, byte);
    if (byte === QUOTE) at++;
  }
  from = unquoted;
  to = end;
}
