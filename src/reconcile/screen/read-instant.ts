/** What {@link readInstant} returns for a text it does not read. */
export const NOT_READ = -1;

const ZERO = 48;
const MINUS = 45;
const PLUS = 43;
const COLON = 58;
const DOT = 46;
const SPACE = 32;
const UPPER_T = 84;
const UPPER_Z = 90;

/** Unix seconds have nine to eleven digits, from 1973 to 5138. */
const FEWEST_DIGITS = 9;
const MOST_DIGITS = 11;
const MICROSECOND_DIGITS = 6;

/**
 * Reads bytes as Unix seconds where they are written in one of the two usual ways: Unix seconds, or `2026-11-02 05:59:00.123+00` with a space
 * or `T`, the time of day and its parts as far as they are there, and a zone `Z`, `+hh`, `+hh:mm` or none, which is UTC. Everything else, and
 * all times before 1970, is {@link NOT_READ}, and left to the engine.
 */
export function readInstant(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length >= FEWEST_DIGITS && length <= MOST_DIGITS && bytes[from + 4] !== MINUS) {
    if (bytes[from] === ZERO) return NOT_READ;
    return digits(bytes, from, to);
  }
  if (length < 10 || bytes[from + 4] !== MINUS || bytes[from + 7] !== MINUS) return NOT_READ;
  const year = digits(bytes, from, from + 4);
  const month = digits(bytes, from + 5, from + 7);
  const day = digits(bytes, from + 8, from + 10);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return NOT_READ;
  const midnight = daysSince1970(year, month, day) * 86_400;
  if (length === 10) return midnight;
  const between = bytes[from + 10];
  if (length < 16 || (between !== SPACE && between !== UPPER_T) || bytes[from + 13] !== COLON) return NOT_READ;
  const hour = digits(bytes, from + 11, from + 13);
  const minute = digits(bytes, from + 14, from + 16);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return NOT_READ;
  let at = from + 16;
  let second = 0;
  if (bytes[at] === COLON && at < to) {
    second = at + 3 <= to ? digits(bytes, at + 1, at + 3) : NOT_READ;
    if (second < 0 || second > 59) return NOT_READ;
    at += 3;
    if (at < to && bytes[at] === DOT) {
      const fraction = ++at;
      while (at < to && isDigit(bytes[at] as number)) at++;
      if (at === fraction || at - fraction > MICROSECOND_DIGITS) return NOT_READ;
    }
  }
  const offset = readZone(bytes, at, to);
  if (offset === null) return NOT_READ;
  const seconds = midnight + (hour * 60 + minute) * 60 + second - offset;
  return seconds < 0 ? NOT_READ : seconds;
}

/** Seconds east of UTC; null for what is no such zone. */
function readZone(bytes: Uint8Array, from: number, to: number): number | null {
  if (from === to) return 0;
  const sign = bytes[from];
  if (sign === UPPER_Z) return to === from + 1 ? 0 : null;
  if (sign !== PLUS && sign !== MINUS) return null;
  const hasMinutes = to === from + 6 && bytes[from + 3] === COLON;
  if (!hasMinutes && to !== from + 3) return null;
  const hours = digits(bytes, from + 1, from + 3);
  const minutes = hasMinutes ? digits(bytes, from + 4, from + 6) : 0;
  if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59) return null;
  return (sign === PLUS ? 1 : -1) * (hours * 60 + minutes) * 60;
}

/** Digits as a number; {@link NOT_READ} when something else is among them. */
function digits(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if (!isDigit(byte)) return NOT_READ;
    value = value * 10 + byte - ZERO;
  }
  return value;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 to a date of the Gregorian calendar, counted in years that begin in March, so that a leap day is their last. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const m = month <= 2 ? month + 9 : month - 3;
  return (
    365 * y +
    Math.floor(y / 4) -
    Math.floor(y / 100) +
    Math.floor(y / 400) +
    Math.floor((153 * m + 2) / 5) +
    day -
    719_469
  );
}
