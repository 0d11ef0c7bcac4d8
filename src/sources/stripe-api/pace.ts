import PQueue from "p-queue";

/** Lets requests go at a steady rate. */
export interface Pace {
  /** Resolves when the next request may go, first come first served. */
  turn(): Promise<void>;
  /** Tells how Stripe took a request: after a 429 nobody goes for as long as ten requests take. */
  answered(status: number): void;
}

/** A little more than the second of the limit: requests may come closer together on the way. */
const SECOND = 1010;
const HELD_BACK = 10;

/**
 * Paces requests: in no second do more of them go than the rate, and what a busy machine was late with is caught up within it.
 *
 * It counts in this process. Where several share one limit, `sharedPace` takes its place.
 */
export function pace(requestsPerSecond: number): Pace {
  const most = Math.max(1, Math.floor(requestsPerSecond));
  const queue = new PQueue({ interval: SECOND / Math.min(1, requestsPerSecond), intervalCap: most, strict: true });
  return {
    turn: () => queue.add(() => undefined),
    answered: (status) => {
      if (status !== 429 || queue.isPaused) return;
      queue.pause();
      setTimeout(() => queue.start(), (SECOND * HELD_BACK) / requestsPerSecond);
    },
  };
}
