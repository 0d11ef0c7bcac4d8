import fc from "fast-check";
import { expect, it } from "vitest";
import { splitWindow } from "../../src/sources/stripe-api/split-window";
import { newWindow } from "../../src/sources/stripe-api/window";

const YEAR = 31_536_000;
const NOW = 1_790_000_000;

it.each([
  { why: "a page a year: there is nothing to win", secondsPerPage: 10 * YEAR, most: 10, pieces: 1 },
  { why: "ten pages: two are the fewest in a piece", secondsPerPage: YEAR, most: 10, pieces: 5 },
  { why: "as many pieces as there is room for", secondsPerPage: 1000, most: 10, pieces: 10 },
  { why: "no room for another", secondsPerPage: 1000, most: -3, pieces: 1 },
])("$why", ({ secondsPerPage, most, pieces }) => {
  const window = { ...newWindow(NOW - 10 * YEAR, NOW), cursor: "sub_1", rows: 100 };
  expect(splitWindow(window, secondsPerPage, most)).toHaveLength(pieces);
});

it("each second belongs to one piece, none is empty, and the first goes on where the window was", () => {
  const window = fc
    .record({ newest: fc.nat(2_000_000_000), length: fc.oneof(fc.nat(20), fc.nat(2_000_000_000)) })
    .map(({ newest, length }) => ({ ...newWindow(Math.max(0, newest - length), newest), name: "w", cursor: "sub_1" }));
  fc.assert(
    fc.property(window, fc.integer({ min: 1, max: 1000 }), fc.integer({ min: -5, max: 60 }), (whole, seconds, most) => {
      const pieces = splitWindow(whole, seconds, most);
      expect(pieces[0]).toMatchObject({ name: "w", cursor: "sub_1", newest: whole.newest });
      expect(pieces.at(-1)?.oldest).toBe(whole.oldest);
      pieces.forEach(({ oldest, newest }, index) => {
        expect(oldest).toBeLessThanOrEqual(newest);
        const older = pieces[index + 1];
        if (older !== undefined)
          expect(older).toMatchObject({ newest: oldest - 1, name: String(oldest - 1), cursor: null });
      });
    }),
  );
});
