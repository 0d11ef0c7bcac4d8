/** What {@link readInstant} returns for a text it does not read. */
export const NOT_READ: i64 = -1;

const ZERO: u8 = 48;
const MINUS: u8 = 45;
const PLUS: u8 = 43;
const COLON: u8 = 58;
const DOT: u8 = 46;
const SPACE: u8 = 32;
const UPPER_T: u8 = 84;
const UPPER_Z: u8 = 90;

/** Unix seconds have nine to eleven digits, from 1973 to 5138. */
const FEWEST_DIGITS: usize = 9;
const MOST_DIGITS: usize = 11;
const MICROSECOND_DIGITS: usize = 6;
/** A zone that is none. */
const NO_ZONE: i64 = i64.MIN_VALUE;

/**
 * Reads bytes as Unix seconds where they are written in one of the two usual ways: Unix seconds, or `2026-11-02 05:59:00.123+00` with a space
 * or `T`, the time of day and its parts as far as they are there, and a zone `Z`, `+hh`, `+hh:mm` or none, which is UTC. Everything else, and
 * all times before 1970, is {@link NOT_READ}, and left to the engine.
 */
export function readInstant(from: usize, to: usize): i64 {
  const length = to - from;
  if (length >= FEWEST_DIGITS && length <= MOST_DIGITS && load<u8>(from, 4) !== MINUS) {
    if (load<u8>(from) === ZERO) return NOT_READ;
    return digits(from, to);
  }
  if (length < 10 || load<u8>(from, 4) !== MINUS || load<u8>(from, 7) !== MINUS) return NOT_READ;
  const year = <i32>digits(from, from + 4);
  const month = <i32>digits(from + 5, from + 7);
  const day = <i32>digits(from + 8, from + 10);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return NOT_READ;
  const midnight = <i64>daysSince1970(year, month, day) * 86_400;
  if (length === 10) return midnight;
  const between = load<u8>(from, 10);
  if (length < 16 || (between !== SPACE && between !== UPPER_T) || load<u8>(from, 13) !== COLON) return NOT_READ;
  const hour = digits(from + 11, from + 13);
  const minute = digits(from + 14, from + 16);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return NOT_READ;
  let at = from + 16;
  let second: i64 = 0;
  if (at < to && load<u8>(at) === COLON) {
    second = at + 3 <= to ? digits(at + 1, at + 3) : NOT_READ;
    if (second < 0 || second > 59) return NOT_READ;
    at += 3;
    if (at < to && load<u8>(at) === DOT) {
      const fraction = ++at;
      while (at < to && isDigit(load<u8>(at))) at++;
      if (at === fraction || at - fraction > MICROSECOND_DIGITS) return NOT_READ;
    }
  }
  const offset = readZone(at, to);
  if (offset === NO_ZONE) return NOT_READ;
  const seconds = midnight + (hour * 60 + minute) * 60 + second - offset;
  return seconds < 0 ? NOT_READ : seconds;
}

/** Seconds east of UTC; {@link NO_ZONE} for what is no such zone. */
function readZone(from: usize, to: usize): i64 {
  if (from === to) return 0;
  const sign = load<u8>(from);
  if (sign === UPPER_Z) return to === from + 1 ? 0 : NO_ZONE;
  if (sign !== PLUS && sign !== MINUS) return NO_ZONE;
  const hasMinutes = to === from + 6 && load<u8>(from, 3) === COLON;
  if (!hasMinutes && to !== from + 3) return NO_ZONE;
  const hours = digits(from + 1, from + 3);
  const minutes = hasMinutes ? digits(from + 4, from + 6) : 0;
  if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59) return NO_ZONE;
  return (sign === PLUS ? 1 : -1) * (hours * 60 + minutes) * 60;
}

/** Digits as a number; {@link NOT_READ} when something else is among them. */
function digits(from: usize, to: usize): i64 {
  let value: i64 = 0;
  for (let at = from; at < to; at++) {
    const byte = load<u8>(at);
    if (!isDigit(byte)) return NOT_READ;
    value = value * 10 + byte - ZERO;
  }
  return value;
}

export function isDigit(byte: u8): bool {
  return byte >= ZERO && byte <= ZERO + 9;
}

function daysOfMonth(year: i32, month: i32): i32 {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01 to a date of the Gregorian calendar, counted in years that begin in March, so that a leap day is their last. */
function daysSince1970(year: i32, month: i32, day: i32): i32 {
  const y = month <= 2 ? year - 1 : year;
  const m = month <= 2 ? month + 9 : month - 3;
  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 719_469;
}
