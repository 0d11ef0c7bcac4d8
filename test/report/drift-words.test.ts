import { expect, it } from "vitest";
import { confidenceMeaning, confidenceText, explainedText, windowText } from "../../src/report/drift-words";

it.each([
  [1, "1.00 (strong)", "confirm it once, then act"],
  [0.996, "0.99 (strong)", "confirm it once, then act"],
  [0.9, "0.90 (strong)", "confirm it once, then act"],
  [0.899, "0.90 (good)", "confirm it before acting"],
  [0.7, "0.70 (good)", "confirm it before acting"],
  [0.5, "0.50 (moderate)", "another cause is possible"],
  [0.49, "0.49 (weak)", "do not act on it alone"],
  [0, "0.00 (weak)", "do not act on it alone"],
])("a confidence of %d is %s", (confidence, text, meaning) => {
  expect(confidenceText(confidence)).toBe(text);
  expect(confidenceMeaning(confidence)).toContain(meaning);
});

it.each([
  ["2026-10-14T21:40:00Z", "2026-10-17T06:15:30Z", "2026-10-14 21:40 – 2026-10-17 06:15:30 UTC"],
  ["2026-10-14T21:40:00Z", null, "since 2026-10-14 21:40 UTC, no end seen"],
  [null, "2026-10-17T06:15:00Z", "until 2026-10-17 06:15 UTC"],
  [null, null, "no bounds in time"],
])("a window from %s to %s", (from, to, text) => {
  expect(windowText(from, to)).toBe(text);
});

it.each([
  [0, "the exports as a whole, no single subscription"],
  [1, "1 subscription"],
  [1204, "1,204 subscriptions"],
])("a cause of %d subscriptions", (count, text) => {
  expect(explainedText(count)).toBe(text);
});
