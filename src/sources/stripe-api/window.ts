import { z } from "zod";

/**
 * One stretch of the list of subscriptions, paged on its own, newest first: a range of creation times, or a test clock.
 * Times are Unix seconds, both ends included.
 */
export const windowSchema = z.object({
  /** The name of its file of rows: its newest time as it was made, which no other window shares, or its test clock. */
  name: z.string().regex(/^\w+$/),
  testClock: z.string().nullable(),
  oldest: z.number().int(),
  newest: z.number().int(),
  /** The last subscription that was kept; null before the first page. */
  cursor: z.string().nullable(),
  /** What was kept so far. */
  rows: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  done: z.boolean(),
  /** How many more rows are expected, from how dense the neighborhood is. */
  expected: z.number().nonnegative(),
});

/** How far one window has got. */
export type Window = Readonly<z.infer<typeof windowSchema>>;

/** A window nobody has paged yet. */
export function newWindow(oldest: number, newest: number, expected = 0): Window {
  return {
    name: String(newest),
    testClock: null,
    oldest,
    newest,
    cursor: null,
    rows: 0,
    bytes: 0,
    done: false,
    expected,
  };
}

/** The subscriptions on a test clock, which no other list shows. */
export function clockWindow(testClock: string): Window {
  return { ...newWindow(0, 0), name: testClock, testClock };
}

/** The order of the export: newest first, then what is on test clocks. */
export function byOrderOfExport(a: Window, b: Window): number {
  if (a.testClock === null && b.testClock === null) return b.newest - a.newest;
  if (a.testClock === null || b.testClock === null) return a.testClock === null ? -1 : 1;
  return a.testClock < b.testClock ? -1 : 1;
}
