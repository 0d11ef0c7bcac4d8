import { InvalidArgumentError } from "commander";

/** The text of an option that must hold something: one whose shell variable was empty is as good as missing. */
export function given(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It is empty.");
  return text;
}

/** The number of an option that must be above 0. */
export function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError("expected a number above 0.");
  return number;
}

/** Texts joined by commas, at least one. */
export function listOf(text: string): string[] {
  const all = text.split(",").map((each) => each.trim());
  if (all.some((each) => each === "")) throw new InvalidArgumentError("expected texts joined by commas.");
  return all;
}

/** A length of time, such as `36h`, `400d` or `8w`, in milliseconds. */
export function timeSpan(text: string): number {
  const [, number, unit] = /^(\d+)([hdw])$/.exec(text.trim()) ?? [];
  const hours = { h: 1, d: 24, w: 7 * 24 }[unit ?? ""];
  if (hours === undefined || Number(number) === 0)
    throw new InvalidArgumentError("expected a number of hours, days or weeks, such as 36h, 400d or 8w.");
  return Number(number) * hours * 3_600_000;
}
