import type { CauseCode } from "./cause-codes";
import type { DatedOnset } from "./date-onset";
import type { Affected, Evidence } from "./evidence";

/** What a cause is examined on. */
export interface CaseFile {
  readonly evidence: Evidence;
  /** Affected subscriptions that no likelier cause explains yet. */
  readonly affected: readonly Affected[];
  /** When these began. */
  readonly onset: DatedOnset;
}

/** A cause that may be at work, with how far it explains the case. */
export interface Suspicion {
  /** The subscriptions it explains. */
  readonly explains: readonly Affected[];
  /** Chance that it is the cause, 0 to 1. */
  readonly confidence: number;
  readonly supporting: readonly string[];
  readonly contradicting: readonly string[];
  /** When it began and ended, milliseconds, where it has bounds. */
  readonly from?: number | null;
  readonly to?: number | null;
}

/** One cause of the catalogue. */
export interface CauseRule {
  readonly code: CauseCode;
  readonly title: string;
  /** How to make sure, one sentence. */
  readonly confirmBy: string;
  /** The action of the runbook that follows, one sentence. */
  readonly action: string;
  /** What it makes of the case; null when nothing speaks for it. */
  examine(file: CaseFile): Suspicion | null;
}

/** One piece of evidence: whether it holds, what it is worth, and what to say of it. */
export interface Clue {
  /** null when it cannot be told; then it counts for nothing. */
  readonly holds: boolean | null;
  /** Log-odds it adds when it holds. */
  readonly weight: number;
  /** Log-odds it takes away when it does not; as much as `weight` when not given. */
  readonly against?: number;
  /** A sentence for either case; none is said when it is empty. */
  readonly says: string;
  readonly otherwise?: string;
}

/** Adds up clues to a suspicion: the log-odds of a cause are those of `prior` and of each clue. */
export function weigh(
  explains: readonly Affected[],
  prior: number,
  clues: readonly Clue[],
  bounds: Pick<Suspicion, "from" | "to"> = {},
): Suspicion {
  let odds = prior;
  const supporting: string[] = [];
  const contradicting: string[] = [];
  for (const { holds, weight, against, says, otherwise } of clues) {
    if (holds === null) continue;
    odds += holds ? weight : -(against ?? weight);
    const text = holds ? says : (otherwise ?? "");
    if (text !== "") (holds ? supporting : contradicting).push(text);
  }
  return { explains, confidence: 1 / (1 + Math.exp(-odds)), supporting, contradicting, ...bounds };
}

/** The clue that a cause explains most of the case: at least that share of it. A cause of a smaller part may still be one of two. */
export function mostOfTheCase(
  explains: readonly Affected[],
  affected: readonly Affected[],
  share: number,
  weight: number,
): Clue {
  return {
    holds: explains.length >= share * affected.length,
    weight,
    says: "",
    otherwise: "Most of what differs is of another sort.",
  };
}

/** Fewer subscriptions than this are no pattern. */
export const LEAST_SUPPORT = 5;

/** A share as people read it. */
export function percent(part: number, whole: number): string {
  const value = whole === 0 ? 0 : (100 * part) / whole;
  return `${value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}

/** A time as people read it. */
export function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** The number and the noun, in the plural unless there is one. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
