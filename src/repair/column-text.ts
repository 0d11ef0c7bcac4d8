/**
 * A time as a column of a type holds it, written as PostgreSQL prints it in UTC.
 *
 * @param seconds - Unix seconds
 * @param samples - values of that column: a number of twelve digits or more is in milliseconds
 */
export function timeText(seconds: number, type: string, samples: readonly (string | null)[]): string {
  const iso = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (/^(bigint|integer|numeric|double precision|real)/.test(type)) {
    const isMilliseconds = samples.some((text) => /^\d{12,}/.test(text ?? ""));
    return String(isMilliseconds ? seconds * 1000 : seconds);
  }
  if (type === "date") return iso.slice(0, 10);
  if (/^timestamp(\(\d\))? with time zone$/.test(type)) return `${iso.replace("T", " ")}+00`;
  if (type.startsWith("timestamp")) return iso.replace("T", " ");
  return `${iso}Z`;
}

const WORDS = [
  ["true", "false"],
  ["t", "f"],
  ["yes", "no"],
  ["y", "n"],
  ["1", "0"],
  ["on", "off"],
] as const;

/** A boolean as a column of a type holds it. One of text is written in the words that its `samples` use. */
export function booleanText(value: boolean, type: string, samples: readonly (string | null)[]): string {
  if (type === "boolean") return value ? "t" : "f";
  if (/^(smallint|integer|bigint|numeric|bit)/.test(type)) return value ? "1" : "0";
  const used = samples.find((text) => text !== null && text !== "")?.toLowerCase();
  const [yes, no] = WORDS.find((pair) => pair.some((word) => word === used)) ?? WORDS[0];
  return value ? yes : no;
}
