import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { keepSchedule } from "../../src/monitor/keep-schedule";
import { readSchedule } from "../../src/monitor/schedule";
import { type SimulatedClock, simulatedClock } from "./simulated-clock";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = "2026-11-02T00:30:00Z";

/** What happened to a time that was due. */
interface Log {
  readonly ran: string[];
  readonly missed: string[];
  readonly notices: string[];
  mostAtOnce: number;
}

interface Plan {
  readonly every?: string;
  readonly hours?: number;
  readonly since?: string;
  /** How long the run that was due takes, in minutes, and whether it fails; one minute unless told otherwise. */
  readonly run?: (due: string) => { readonly minutes?: number; readonly fails?: boolean };
  /** The clock is set after so many hours by so many. */
  readonly set?: readonly (readonly [afterHours: number, byHours: number])[];
}

async function simulate(plan: Plan): Promise<{ log: Log; clock: SimulatedClock }> {
  const {
    every = "0 * * * *",
    hours = 24,
    run = (): ReturnType<NonNullable<Plan["run"]>> => ({}),
    set = [],
    since,
  } = plan;
  const clock = simulatedClock(START);
  for (const [after, by] of set) clock.setAt(after * HOUR, by * HOUR);
  const log: Log = { ran: [], missed: [], notices: [], mostAtOnce: 0 };
  const controller = new AbortController();
  let going = 0;
  const kept = keepSchedule(
    readSchedule(every, clock.now()),
    {
      now: clock.now,
      sleep: clock.sleep,
      run: async (due) => {
        log.mostAtOnce = Math.max(log.mostAtOnce, ++going);
        log.ran.push(hourOf(due));
        const { minutes = 1, fails = false } = run(hourOf(due));
        await clock.sleep(minutes * MINUTE);
        going--;
        if (fails) throw new Error("no luck");
      },
      onMissed: async ({ due, count, why }) => {
        log.missed.push(count === 1 ? hourOf(due) : `${count} from ${hourOf(due)}`);
        log.notices.push(why);
      },
      onNotice: (sentence) => log.notices.push(sentence),
    },
    controller.signal,
    since === undefined ? undefined : new Date(since),
  );
  await clock.goOn(hours * HOUR);
  controller.abort();
  await clock.goOn(10 * HOUR);
  await kept;
  return { log, clock };
}

function hourOf(time: Date): string {
  return time.toISOString().slice(8, 16);
}

/** The full hours of a day, from and to. */
function hours(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const hour = from + index;
    return `${String(2 + Math.floor(hour / 24)).padStart(2, "0")}T${String(hour % 24).padStart(2, "0")}:00`;
  });
}

describe("24 hours of a watch", () => {
  it.each<[string, Plan, string[], string[], RegExp | null]>([
    ["all is well", {}, hours(1, 24), [], null],
    [
      "every run fails",
      { run: () => ({ fails: true }) },
      hours(1, 24),
      [],
      /The run of 2026-11-02 01:00 failed: no luck/,
    ],
    [
      "one takes two hours and a half",
      { run: (due) => ({ minutes: due === "02T05:00" ? 150 : 1 }) },
      [...hours(1, 5), ...hours(8, 24)],
      hours(6, 7),
      /run of 2026-11-02 06:00 UTC did not take place: the run of 2026-11-02 05:00 still went on/,
    ],
    [
      "each takes 61 minutes",
      { run: () => ({ minutes: 61 }) },
      hours(1, 24).filter((_, index) => index % 2 === 0),
      hours(1, 24).filter((_, index) => index % 2 === 1),
      /still went on/,
    ],
    [
      "the machine sleeps from 3:30 to 7:30",
      { set: [[3, 4]] },
      [...hours(1, 3), ...hours(7, 28)],
      hours(4, 6),
      /04:00 UTC did not take place: the machine slept/,
    ],
    [
      "the clock is set back by three hours at 6:30",
      { set: [[6, -3]] },
      [...hours(1, 6), ...hours(4, 21)],
      [],
      /clock was set back from 2026-11-02 06:\d\d to 2026-11-02 03:30/,
    ],
    [
      "the clock is put right by half a minute just after a run began",
      { set: [[0.501, -0.008]] },
      hours(1, 24),
      [],
      null,
    ],
    [
      "the clock is set forward while a run goes on",
      { set: [[2.55, 2]], run: (due) => ({ minutes: due === "02T03:00" ? 10 : 1 }) },
      [...hours(1, 3), ...hours(6, 26)],
      hours(4, 5),
      /slept.*|still went on/,
    ],
    [
      "nobody watched before",
      { since: "2026-11-01T21:59:00Z", hours: 2 },
      hours(1, 2),
      ["01T22:00", "01T23:00", "02T00:00"],
      /nobody watched/,
    ],
    [
      "nobody watched for a month",
      { since: "2026-10-01T00:00:00Z", hours: 2 },
      hours(1, 2),
      ["768 from 01T01:00"],
      /768 runs, from 2026-10-01 01:00 to 2026-11-02 00:00 UTC, did not take place: nobody watched/,
    ],
  ])("%s", async (_, plan, ran, missed, notice) => {
    const { log } = await simulate(plan);
    expect(log.ran).toEqual(ran);
    expect(log.missed).toEqual(missed);
    expect(log.mostAtOnce).toBe(1);
    if (notice === null) expect(log.notices).toEqual([]);
    else expect(log.notices.join("\n")).toMatch(notice);
  });

  it("whatever happens, each hour the clock shows is run or told as missed, never two at once", async () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    for (let round = 0; round < 10; round++) {
      const set = Array.from({ length: 6 }, () => [random() * 24, (random() - 0.4) * 5] as const);
      const run = (): { minutes: number; fails: boolean } => ({ minutes: random() * 100, fails: random() < 0.3 });
      const { log } = await simulate({ set, run });
      expect(log.mostAtOnce).toBe(1);
      expect([...log.ran, ...log.missed].sort()).toEqual(hoursShown(set));
    }
  });

  it("a run that goes on is waited for at the end", async () => {
    const { log, clock } = await simulate({ hours: 1, run: () => ({ minutes: 120 }) });
    expect([log.ran, log.missed]).toEqual([["02T01:00"], []]);
    expect(clock.sleepers()).toBe(0);
  });

  it("takes no more memory after forty days than after ten", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const clock = simulatedClock(START);
    const controller = new AbortController();
    let runs = 0;
    const effects = {
      now: clock.now,
      sleep: clock.sleep,
      run: async () => {
        await clock.sleep(++runs % 3 === 0 ? 90 * MINUTE : MINUTE);
        if (runs % 5 === 0) throw new Error("no luck");
      },
      onMissed: async () => undefined,
      onNotice: () => undefined,
    };
    const kept = keepSchedule(readSchedule("0 * * * *", clock.now()), effects, controller.signal);
    const heap = async (days: number): Promise<number> => {
      await clock.goOn(days * 24 * HOUR);
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = await heap(10);
    expect((await heap(30)) - before).toBeLessThan(500_000);
    expect(clock.sleepers()).toBeLessThanOrEqual(2);
    expect(runs).toBeGreaterThan(600);
    controller.abort();
    await clock.goOn(2 * HOUR);
    await kept;
  });
});

/** The full hours that the clock shows, those it shows again after it was set back included, minute by minute. */
function hoursShown(set: readonly (readonly [number, number])[]): string[] {
  const due: string[] = [];
  const start = Date.parse(START);
  const step = 1000;
  let shown = start;
  for (let elapsed = 0; elapsed < 24 * HOUR; elapsed += step) {
    const before = shown;
    shown += step;
    for (const [after, by] of set) {
      if (after * HOUR > elapsed && after * HOUR <= elapsed + step) shown += by * HOUR;
    }
    for (let hour = Math.floor(before / HOUR) + 1; hour * HOUR <= shown; hour++)
      due.push(hourOf(new Date(hour * HOUR)));
  }
  return due.sort();
}

describe("a schedule", () => {
  it.each([
    ["0 * * * *", HOUR],
    ["*/15 * * * *", 15 * MINUTE],
    ["30 6 * * *", 24 * HOUR],
    ["0 8-18 * * 1-5", 62 * HOUR],
    ["*/10 * * * * *", 10_000],
  ])("%s has a longest period of %i ms", (every, period) => {
    expect(readSchedule(every, new Date(START)).period).toBe(period);
  });

  it("is in UTC, whatever the machine's time zone, also where clocks are set for the summer", () => {
    const schedule = readSchedule("30 2 * * *", new Date("2026-03-28T00:00:00Z"));
    expect(schedule.between(new Date("2026-03-28T00:00:00Z"), new Date("2026-03-30T12:00:00Z")).map(hourOf)).toEqual([
      "28T02:30",
      "29T02:30",
      "30T02:30",
    ]);
  });

  it.each([
    ["", /five/],
    ["hourly", /five/],
    ["61 * * * *", /61/],
    ["0 0 30 2 *", /no more than once/],
    ["2026-01-01T00:00:00Z", /no more than once|five/],
  ])("%j is refused", (every, says) => {
    expect(() => readSchedule(every, new Date(START))).toThrow(says);
  });
});
