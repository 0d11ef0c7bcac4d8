/** Times of the simulation: Unix seconds in UTC, and the rhythm of days and weeks. */

import type { Random } from "./random";
import { waiting } from "./random";

/** Seconds in an hour. */
export const HOUR = 3600;

/** Seconds in a day. */
export const DAY = 24 * HOUR;

/** `2026-11-02T06:00:00Z` from Unix seconds. */
export function iso(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** The same day and time some months later, on the month's last day where it is shorter. */
export function addMonths(seconds: number, months: number): number {
  const date = new Date(seconds * 1000);
  const day = date.getUTCDate();
  const month = date.getUTCMonth() + months;
  const last = new Date(Date.UTC(date.getUTCFullYear(), month + 1, 0)).getUTCDate();
  return date.setUTCMonth(month, Math.min(day, last)) / 1000;
}

/** How busy people are at a time, in (0, 1]: less at night, less at weekends. */
export function busyness(seconds: number): number {
  const hour = Math.floor((seconds % DAY) / HOUR);
  // The first of January 1970 was a Thursday.
  const weekday = (Math.floor(seconds / DAY) + 4) % 7;
  return (hour >= 7 && hour < 20 ? 1 : 0.2) * (weekday % 6 === 0 ? 0.3 : 1);
}

/** The mean of {@link busyness} over a week, so that a mean waiting time stays what it says. */
const MEAN_BUSYNESS = 0.45;

/** Times at which something that people do every `days` on average happens, between two Unix seconds. */
export function busyTimes(random: Random, from: number, until: number, days: number): number[] {
  const times: number[] = [];
  let time = from;
  for (;;) {
    time += Math.ceil(waiting(random, days * DAY * MEAN_BUSYNESS));
    if (time >= until) return times;
    if (random() < busyness(time)) times.push(time);
  }
}

/** A time in working hours within so many days before `from`, or the last try where chance finds none. */
export function busyTime(random: Random, from: number, until: number): number {
  let time = from;
  for (let tries = 0; tries < 40; tries++) {
    time = from + Math.floor(random() * Math.max(1, until - from));
    if (random() < busyness(time)) return time;
  }
  return time;
}
