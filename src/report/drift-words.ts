/** How the drift analysis speaks of confidence, of time and of numbers of subscriptions. */
import { numberText, timeText } from "./cell-text";

/** From this confidence on, what it means. */
const CONFIDENCE: readonly (readonly [least: number, word: string, meaning: string])[] = [
  [0.9, "strong", "nearly all the evidence points there; confirm it once, then act"],
  [0.7, "good", "most of the evidence points there; confirm it before acting"],
  [0.5, "moderate", "more speaks for it than against it; confirm it, another cause is possible"],
  [0, "weak", "a lead and no more; do not act on it alone"],
];

/** A confidence in a number and a word: `0.94 (strong)`. Rounding never makes it certain. */
export function confidenceText(confidence: number): string {
  return `${(confidence < 1 ? Math.min(confidence, 0.99) : confidence).toFixed(2)} (${levelOf(confidence)[1]})`;
}

/** What a confidence means, as part of a sentence. */
export function confidenceMeaning(confidence: number): string {
  return levelOf(confidence)[2];
}

/** When something began and ended, in UTC; the reader is told which bound is not known. */
export function windowText(from: string | null, to: string | null): string {
  if (from === null) return to === null ? "no bounds in time" : `until ${timeText(to)} UTC`;
  return to === null ? `since ${timeText(from)} UTC, no end seen` : `${timeText(from)} – ${timeText(to)} UTC`;
}

/** How many subscriptions a cause explains; one may lie in the exports, not in any subscription. */
export function explainedText(count: number): string {
  return count === 0 ? "the exports as a whole, no single subscription" : subscriptionsText(count);
}

/** `1 subscription`, `1,204 subscriptions`. */
export function subscriptionsText(count: number): string {
  return `${numberText(count)} ${count === 1 ? "subscription" : "subscriptions"}`;
}

function levelOf(confidence: number): (typeof CONFIDENCE)[number] {
  return CONFIDENCE.find(([least]) => confidence >= least) ?? [0, "unknown", "it could not be worked out"];
}
