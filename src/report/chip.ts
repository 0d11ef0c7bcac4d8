import { TONES, type Tone } from "./banner";
import { cellText, NO_VALUE } from "./cell-text";
import { DISPOSITION_COLORS, KIND_COLORS, NEUTRAL_COLOR, STATUS_COLORS } from "./colors";

const COLORS = new Map(Object.entries({ ...STATUS_COLORS, ...DISPOSITION_COLORS, ...KIND_COLORS }));

/** A status, kind or disposition as a quiet chip: the word as it stands in the data, with a dot in its color. */
export function chipHtml(value: unknown): string {
  const text = cellText(value, 40);
  if (text === NO_VALUE) return NO_VALUE;
  const color = COLORS.get(String(value)) ?? NEUTRAL_COLOR;
  return `<span class="rc-chip" style="white-space:nowrap"><span aria-hidden="true" style="color:${color}">●</span> ${text}</span>`;
}

/** A state as a chip: its word, with the sign of a tone; without a tone it is still open. */
export function stateHtml(word: string, tone: Tone | null): string {
  const { sign, color } = tone === null ? { sign: "○", color: NEUTRAL_COLOR } : TONES[tone];
  return `<span class="rc-chip" style="white-space:nowrap"><span aria-hidden="true" style="color:${color}">${sign}</span> ${cellText(word, 40)}</span>`;
}
