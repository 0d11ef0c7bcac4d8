import { expect, it } from "vitest";
import { textWidth } from "../../src/report/text-width";

it("grows with the size and the letters", () => {
  expect(textWidth("Mar 10", 24)).toBeCloseTo(2 * textWidth("Mar 10", 12), 6);
  expect(textWidth("WWWW", 12)).toBeGreaterThan(3 * textWidth("iiii", 12));
});

it("is near what a browser measures for the same font", () => {
  expect(textWidth("subscriptions a day", 12)).toBeGreaterThan(100);
  expect(textWidth("subscriptions a day", 12)).toBeLessThan(120);
});

it("counts spaces at the end, and nothing is nothing", () => {
  expect(textWidth("a  ", 12)).toBeGreaterThan(textWidth("a", 12));
  expect(textWidth("", 12)).toBe(0);
});
