import { setTimeout as wait } from "node:timers/promises";
import type { Pace } from "./pace";

/** Runs one statement on the database that the processes have in common. */
export type RunStatement = (
  sql: string,
  values: readonly unknown[],
) => Promise<{ readonly rows: readonly Record<string, unknown>[] }>;

/** One row: how long to wait for the slot that was taken, in seconds. Slots follow each other at $2 seconds. */
const TAKE_SLOT = `
  INSERT INTO reconciliation.stripe_pace AS pace (line, slot_at)
  VALUES ($1, clock_timestamp())
  ON CONFLICT (line) DO UPDATE
    SET slot_at = greatest(clock_timestamp(), pace.slot_at + make_interval(secs => $2))
  RETURNING extract(epoch FROM slot_at - clock_timestamp())::float8 AS seconds`;

/** No slot is given for $2 seconds from now. */
const HOLD_BACK = `
  UPDATE reconciliation.stripe_pace
  SET slot_at = greatest(slot_at, clock_timestamp() + make_interval(secs => $2))
  WHERE line = $1`;

/** A little more than the second of the limit: requests may come closer together on the way. */
const SECOND = 1.01;
const HELD_BACK = 10;

/**
 * Paces requests like `pace`, but for all processes that share a database: its row is the line they stand in, its clock the only one
 * that counts, and each takes the next free slot, so that none waits longer than its turn, however busy the others are.
 *
 * (A window that is counted by each machine's own clock, as RateLimiterPostgres does, lets nearly twice the rate through where two
 * windows meet, and starves a machine whose clock is a few hundredths of a second behind.)
 *
 * @param line - names the limit: the same for all who share it
 */
export function sharedPace(run: RunStatement, line: string, requestsPerSecond: number): Pace {
  const spacing = SECOND / requestsPerSecond;
  return {
    turn: async () => {
      const { rows } = await run(TAKE_SLOT, [line, spacing]);
      const seconds = Number(rows[0]?.["seconds"] ?? 0);
      if (seconds > 0) await wait(seconds * 1000);
    },
    answered: (status) => {
      if (status !== 429) return;
      // The request itself is tried again; that the others wait, too, is a courtesy.
      run(HOLD_BACK, [line, spacing * HELD_BACK]).catch(() => undefined);
    },
  };
}
