/** A clock that goes only as fast as its sleepers let it, and that can be set. */
export interface SimulatedClock {
  /** What the clock shows. */
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Sets the clock by so many milliseconds, once that much time has gone by since the start. */
  readonly setAt: (elapsed: number, by: number) => void;
  /** Lets so much time go by. */
  readonly goOn: (milliseconds: number) => Promise<void>;
  /** How many sleep. */
  readonly sleepers: () => number;
}

/** Makes a clock that shows a time. */
export function simulatedClock(start: string): SimulatedClock {
  const timers: { at: number; act: () => void }[] = [];
  let elapsed = 0;
  let shown = Date.parse(start);
  const at = (time: number, act: () => void): void => void timers.push({ at: time, act });
  return {
    now: () => new Date(shown),
    sleep: (milliseconds) => new Promise((resolve) => at(elapsed + milliseconds, resolve)),
    setAt: (time, by) =>
      at(time, () => {
        shown += by;
      }),
    goOn: async (milliseconds) => {
      const end = elapsed + milliseconds;
      await new Promise(setImmediate);
      for (;;) {
        timers.sort((a, b) => a.at - b.at);
        const next = timers[0];
        if (next === undefined || next.at > end) break;
        timers.shift();
        shown += next.at - elapsed;
        elapsed = next.at;
        next.act();
        // Whoever waited goes on before the next one wakes.
        await new Promise(setImmediate);
      }
      shown += end - elapsed;
      elapsed = end;
    },
    sleepers: () => timers.length,
  };
}
