/** Times of the sample: Unix seconds in UTC, and the rhythm of an office week. */

import type { Random } from "./random";

/** Seconds in an hour. */
export const HOUR = 3600;

/** Seconds in a day. */
export const DAY = 24 * HOUR;

/** Unix seconds of an ISO time with its zone. */
export function at(iso: string): number {
  return Date.parse(iso) / 1000;
}

/** `2026-11-02T06:00:00Z` from Unix seconds. */
export function iso(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** The same day and time some months later, on the month's last day where it is shorter. */
export function addMonths(seconds: number, months: number): number {
  const date = new Date(seconds * 1000);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime() / 1000;
}

/** The next time that day of the month comes, at the same time of day and at least a day away. */
export function nextDayOfMonth(seconds: number, day: number): number {
  const date = new Date(seconds * 1000);
  date.setUTCDate(day);
  const first = date.getTime() / 1000;
  return first >= seconds + DAY ? first : addMonths(first, 1);
}

/** How busy people are at a time, in (0, 1]: less at night, less at weekends. */
export function busyness(seconds: number): number {
  const date = new Date(seconds * 1000);
  const hour = date.getUTCHours();
  const weekend = date.getUTCDay() % 6 === 0;
  return (hour >= 7 && hour < 19 ? 1 : 0.2) * (weekend ? 0.3 : 1);
}

/** The mean of {@link busyness} over a week, so that a mean waiting time stays what it says. */
const MEAN_BUSYNESS = 0.48;

/** Times at which something that happens every `meanDays` on average happens, more often when people work. */
export function busyTimes(random: Random, from: number, until: number, meanDays: number): number[] {
  const times: number[] = [];
  let time = from;
  for (;;) {
    time += Math.ceil(-Math.log(1 - random()) * meanDays * DAY * MEAN_BUSYNESS);
    if (time >= until) return times;
    if (random() < busyness(time)) times.push(time);
  }
}

/** A time in office hours (08:00–18:00 UTC) of one working day in [from, until). */
export function officeTime(random: Random, from: number, until: number): number {
  for (;;) {
    const time = from + Math.floor(random() * (until - from));
    const date = new Date(time * 1000);
    const hour = date.getUTCHours();
    if (date.getUTCDay() % 6 !== 0 && hour >= 8 && hour < 18) return time;
  }
}
