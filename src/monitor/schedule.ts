import { Cron } from "croner";
import { ReconError } from "../recon-error";

/** When something is due, by a crontab's five fields (or six, with seconds first), in UTC. */
export interface Schedule {
  /** The first time after this one; null when there is none any more. */
  next(after: Date): Date | null;
  /** The times after `from`, up to `to`, the first {@link MOST_DUE} of them. */
  between(from: Date, to: Date): Date[];
  /** The time between two runs, in milliseconds, the longest of those to come. */
  readonly period: number;
}

/** More than a year of hours. */
export const MOST_DUE = 10_000;

/** A week of each five minutes of a working day. */
const LOOKED_AT = 1000;

/** @throws ReconError for a text that is no schedule, or one that never comes */
export function readSchedule(every: string, now: Date): Schedule {
  const refuse = (why: string): ReconError =>
    new ReconError(
      "bad_schedule",
      `--every "${every}": ${why}. Expected a crontab's five fields, such as "0 * * * *".`,
    );
  let cron: Cron;
  try {
    cron = new Cron(every, { timezone: "UTC", paused: true });
  } catch (error) {
    throw refuse((error as Error).message.replace(/^CronPattern: /, "").replace(/\.$/, ""));
  }
  const times = cron.nextRuns(LOOKED_AT, now);
  if (times.length < 2) throw refuse("it comes no more than once");
  const gaps = times.slice(1).map((time, index) => time.getTime() - (times[index] as Date).getTime());
  return {
    period: Math.max(...gaps),
    next: (after) => cron.nextRun(after),
    between: (from, to) => {
      const due: Date[] = [];
      for (
        let time = cron.nextRun(from);
        time !== null && time <= to && due.length < MOST_DUE;
        time = cron.nextRun(time)
      )
        due.push(time);
      return due;
    },
  };
}
