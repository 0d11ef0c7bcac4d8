/**
 * One color per word, the same in every table and chart; a color never stands without its word.
 *
 * Source: the palette of Okabe and Ito, safe for color-blind readers, https://jfly.uni-koeln.de/color/
 */
import type { Disposition, Kind } from "../subscription";

const BLUE = "#0072b2";
const SKY = "#56b4e9";
const GREEN = "#009e73";
const ORANGE = "#e69f00";
const VERMILLION = "#d55e00";
const PURPLE = "#cc79a7";

/** What has no color of its own: ended, expected, unknown. */
export const NEUTRAL_COLOR = "#7a7f85";

/** The color of each kind of discrepancy. */
export const KIND_COLORS: Readonly<Record<Kind, string>> = {
  missing_in_database: BLUE,
  missing_in_stripe: VERMILLION,
  status_mismatch: ORANGE,
  metadata_mismatch: GREEN,
  field_mismatch: PURPLE,
};

/** The color of each disposition. */
export const DISPOSITION_COLORS: Readonly<Record<Disposition, string>> = {
  actionable: VERMILLION,
  in_flight: SKY,
  expected: NEUTRAL_COLOR,
  review: ORANGE,
};

/** The color of a subscription's status; a status that is not here has {@link NEUTRAL_COLOR}. */
export const STATUS_COLORS: Readonly<Record<string, string>> = {
  trialing: SKY,
  active: GREEN,
  past_due: ORANGE,
  unpaid: VERMILLION,
  paused: PURPLE,
};

/** The colors of series that are none of these words, in order. */
export const SERIES_COLORS: readonly string[] = [BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY];
