import { MOST_DUE, type Schedule } from "./schedule";

/** Runs that were due and did not take place: of one time, or of so many up to `last`. */
export interface Missed {
  readonly due: Date;
  readonly last: Date;
  readonly count: number;
  /** A sentence. */
  readonly why: string;
}

/** What a schedule acts on. */
export interface ScheduleEffects {
  /** The clock, which somebody may set. */
  readonly now: () => Date;
  /** Ends after so many milliseconds, sooner or later, or when the schedule is to stop. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Does what is due. That it fails ends nothing. */
  readonly run: (due: Date) => Promise<void>;
  readonly onMissed: (missed: Missed) => Promise<void>;
  readonly onNotice: (sentence: string) => void;
}

/** How long a sleep may be, in milliseconds: a clock that is set is noticed after it. */
const TICK = 30_000;
/** Clocks are put right by less. */
const SET_BACK = 60_000;
/** Missed runs up to this many are told one by one. */
const MOST_ONE_BY_ONE = 100;

/**
 * Runs what is due, never two at once, until it is told to stop; then it waits for the run that goes on. Each time that is due is
 * either run or told as missed: because the run before it still went on, or because the machine slept or its clock was set forward;
 * of several such times the last one is run late. When the clock is set back, the schedule goes on by the clock.
 *
 * @param since - what was due after this and before now is told as missed: nobody watched
 */
export async function keepSchedule(
  schedule: Schedule,
  { now, sleep, run, onMissed, onNotice }: ScheduleEffects,
  signal: AbortSignal,
  since: Date = now(),
): Promise<void> {
  let seen = now();
  let dealtWith = seen;
  let next = schedule.next(dealtWith);
  const state: { going: { readonly due: Date; readonly end: Promise<void> } | null } = { going: null };
  const tell = (missed: Missed): Promise<void> =>
    onMissed(missed).catch((error: Error) => onNotice(`A missed run could not be told: ${error.message}`));
  const start = (due: Date): void => {
    const end = run(due)
      .catch((error: Error) => onNotice(`The run of ${timeText(due)} failed: ${error.message}`))
      .finally(() => {
        state.going = null;
      });
    state.going = { due, end };
  };

  for (const missed of missedOf(schedule.between(since, seen), "nobody watched")) await tell(missed);
  while (!signal.aborted) {
    const time = now();
    if (time.getTime() < seen.getTime() - SET_BACK) {
      onNotice(`The clock was set back from ${timeText(seen)} to ${timeText(time)} UTC; the schedule goes on by it.`);
      if (time < dealtWith) dealtWith = time;
      next = schedule.next(dealtWith);
    }
    seen = time;
    if (next !== null && next <= time) {
      const due = schedule.between(dealtWith, time);
      const last = due.pop() ?? next;
      for (const missed of missedOf(due, "the machine slept, was overloaded, or its clock was set forward"))
        await tell(missed);
      const { going } = state;
      if (going === null) start(last);
      else for (const missed of missedOf([last], `the run of ${timeText(going.due)} still went on`)) await tell(missed);
      dealtWith = due.length < MOST_DUE - 1 ? last : time;
      next = schedule.next(dealtWith);
    }
    const left = (next?.getTime() ?? Number.POSITIVE_INFINITY) - now().getTime();
    await sleep(Math.min(TICK, Math.max(1, left)));
  }
  await state.going?.end;
}

function missedOf(due: readonly Date[], why: string): Missed[] {
  const [first, last] = [due[0], due.at(-1)];
  if (first === undefined || last === undefined) return [];
  const sentence = (what: string): string => `${what} did not take place: ${why}.`;
  if (due.length <= MOST_ONE_BY_ONE)
    return due.map((each) => ({ due: each, last: each, count: 1, why: sentence(`The run of ${timeText(each)} UTC`) }));
  const many = `${due.length} runs, from ${timeText(first)} to ${timeText(last)} UTC,`;
  return [{ due: first, last, count: due.length, why: sentence(many) }];
}

function timeText(time: Date): string {
  return time.toISOString().slice(0, 16).replace("T", " ");
}
