import escapeHtml from "escape-html";
import { visibleText } from "./cell-text";

/** How a verdict sounds: nothing to do, look at it, act. */
export type Tone = "good" | "warn" | "bad";

/** A verdict in one title and a few lines of plain text. */
export interface Banner {
  readonly tone: Tone;
  readonly title: string;
  readonly lines?: readonly string[];
}

/** The sign, the word and the color of each tone. */
export const TONES: Readonly<Record<Tone, { readonly sign: string; readonly word: string; readonly color: string }>> = {
  good: { sign: "✓", word: "All clear", color: "#009e73" },
  warn: { sign: "!", word: "Attention", color: "#e69f00" },
  bad: { sign: "✕", word: "Action needed", color: "#d55e00" },
};

/** The verdict of a notebook as HTML, readable at a glance: a sign, a word and a color say the same. */
export function bannerHtml(banner: Banner): string {
  const { sign, word, color } = TONES[banner.tone];
  const lines = (banner.lines ?? []).map((line) => `<p style="margin:4px 0 0">${escapeHtml(visibleText(line))}</p>`);
  return `<div class="rc-banner rc-${banner.tone}" style="border-left:4px solid ${color};padding:12px 16px;margin:12px 0">
<p class="rc-banner-word" style="margin:0;font-size:12px"><span aria-hidden="true">${sign}</span> ${word}</p>
<p class="rc-banner-title" style="margin:2px 0 0;font-size:18px;font-weight:600">${escapeHtml(visibleText(banner.title))}</p>
${lines.join("\n")}
</div>`;
}
