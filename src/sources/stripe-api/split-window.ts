import { PAGE_SIZE } from "./list-page";
import { newWindow, type Window } from "./window";

/** 2010-01-01: no subscription of Stripe's is older, so that nothing is divided before. */
const STRIPE_BEGAN = 1_262_304_000;

/** The fewest pages a piece is to hold: each new piece costs a request that a window paged to its end would not. */
const PAGES_A_PIECE = 2;

/**
 * Divides what is left of a window into pieces of the same length in time, when it is expected to hold enough pages.
 *
 * How dense it is, is taken from its last page. Where that is wrong, the empty pieces end at once, and the dense ones are divided again.
 *
 * @param window - paged as far as its `newest`, the creation time of its last row
 * @param secondsPerPage - how much time the last page spans
 * @param most - how many pieces there may be
 * @returns the window itself, cut short, then new ones from the newest to the oldest; each second belongs to one of them
 */
export function splitWindow(window: Window, secondsPerPage: number, most: number): readonly Window[] {
  const floor = Math.max(window.oldest, Math.min(STRIPE_BEGAN, window.newest));
  const seconds = window.newest - floor + 1;
  const pages = seconds / secondsPerPage;
  const pieces = Math.max(1, Math.min(most, Math.floor(pages / PAGES_A_PIECE), seconds));
  const expected = (pages * PAGE_SIZE) / pieces;
  const edges = Array.from({ length: pieces }, (_, piece) => window.newest - Math.floor((piece * seconds) / pieces));
  return edges.map((newest, piece) => {
    const older = edges[piece + 1];
    const oldest = older === undefined ? window.oldest : older + 1;
    return piece === 0 ? { ...window, oldest, expected } : newWindow(oldest, newest, expected);
  });
}
