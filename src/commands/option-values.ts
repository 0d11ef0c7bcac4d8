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
