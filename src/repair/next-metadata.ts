import { jsonObject } from "../sources/typed-column";

/** What to do to a row's metadata. */
export interface MetadataEdit {
  /** Keys and values as Stripe has them, to be written. */
  readonly set: Readonly<Record<string, string>>;
  /** Keys that are gone in Stripe, to be taken out. */
  readonly remove: readonly string[];
}

/**
 * The text of a row's metadata after an edit. All other keys stay as they are; an object that was encoded twice stays so.
 *
 * @param text - the cell as it is; null or empty for none
 * @throws Error when it holds no JSON object, or a number that would not stay as it is
 */
export function nextMetadata(text: string | null, { set, remove }: MetadataEdit): string {
  const held = text ?? "";
  const inexact = inexactNumber(held);
  if (inexact !== null) throw new Error(`the number ${inexact} in it cannot be carried over exactly`);
  const before = held.trim() === "" ? {} : jsonObject(held);
  if (before === null) throw new Error(`not a JSON object: ${held.slice(0, 40)}`);
  const kept = Object.entries(before).filter(([key]) => !remove.includes(key));
  const next = JSON.stringify({ ...Object.fromEntries(kept), ...set });
  return isEncodedTwice(held) ? JSON.stringify(next) : next;
}

function isEncodedTwice(text: string): boolean {
  return text.trimStart().startsWith('"');
}

/** A number outside of texts that JavaScript would write differently, such as one of twenty digits; null where there is none. */
function inexactNumber(json: string): string | null {
  const withoutTexts = json.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  const numbers = withoutTexts.match(/-?\d[\d.eE+-]*/g) ?? [];
  return numbers.find((number) => String(Number(number)) !== number) ?? null;
}
