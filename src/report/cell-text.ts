/** Values from data as text on screen: nothing in them is markup, nothing in them is invisible. */
import escapeHtml from "escape-html";

/** What stands where a value is missing. */
export const NO_VALUE = "–";

// Controls, bidirectional overrides, zero-width and no-break spaces, blank letters, lone surrogates:
// all that changes a text without a trace on screen.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u00a0\u3164\uffa0]|\u034f|\u115f|\u1160|\u17b4|\u17b5/gu;
const SIGNS = new Map([
  ["\n", "↵"],
  ["\t", "⇥"],
]);
const EDGE_OR_RUN_OF_SPACES = /^ +| +$| {2,}/g;

/**
 * The same text with every invisible character made visible: a line break as ↵, a right-to-left override as [U+202E],
 * spaces that a page would swallow as ␣.
 */
export function visibleText(text: string): string {
  return text
    .replace(EDGE_OR_RUN_OF_SPACES, (spaces) => "␣".repeat(spaces.length))
    .replace(UNSEEN, (character) => {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      return SIGNS.get(character) ?? `[U+${code}]`;
    });
}

/**
 * A value as escaped HTML, cut after `limit` characters; what was cut stands whole in the title.
 *
 * @param value null, undefined and "" become {@link NO_VALUE}, objects their JSON
 */
export function cellText(value: unknown, limit = 160): string {
  const text = plainText(value);
  if (text === "") return NO_VALUE;
  const visible = visibleText(text);
  const characters = Array.from(visible);
  if (characters.length <= limit) return escapeHtml(visible);
  const start = escapeHtml(characters.slice(0, limit).join(""));
  return `<span title="${escapeHtml(visible)}">${start}… <small>(${numberText(characters.length)} characters)</small></span>`;
}

/** A value as text, unescaped: "" where there is none, ISO 8601 for a date, JSON for an object. */
export function plainText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A number for people: thousands grouped by commas, at most two decimals. */
export function numberText(value: number | bigint): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

/** An instant for people: `2026-03-14 09:12` in UTC, with seconds when they are not zero; other text unchanged. */
export function timeText(value: string | Date): string {
  const at = value instanceof Date ? value : parseTime(value);
  if (at === undefined || Number.isNaN(at.getTime())) return String(value);
  const iso = at.toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, iso.slice(17, 19) === "00" ? 16 : 19)}`;
}

// Only ISO 8601 with a zone: `new Date("7")` is a day in 2001, and a time without a zone would take the reader's.
function parseTime(text: string): Date | undefined {
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)$/.test(text) ? new Date(text) : undefined;
}
