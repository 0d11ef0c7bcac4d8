import type { Cause, Findings } from "../../../src/drift/findings";
import type { Incident } from "./simulate-incident";

/** How the analysis of one incident went. */
export interface Result {
  readonly causes: string;
  readonly size: number;
  readonly noise: number;
  readonly seed: number;
  /** Subscriptions that really differ because of it. */
  readonly affected: number;
  readonly named: readonly Pick<Cause, "code" | "confidence">[];
  /** The likeliest cause is right. */
  readonly isFirst: boolean;
  /** Every right cause is among those named. */
  readonly isAmong: boolean;
  /** Hours between the onset and the truth; null where there is no onset to tell. */
  readonly hoursOff: number | null;
  /** The time shape is right; null for noise alone. */
  readonly isShape: boolean | null;
  /** How well the named subscriptions are the right ones (F1); null where the right cause was not named. */
  readonly overlap: number | null;
}

/** Compares what was found with what happened. */
export function judge(
  incident: Incident,
  findings: Findings,
  run: Pick<Result, "causes" | "size" | "noise" | "seed">,
): Result {
  const [truth] = incident.truth.causes;
  const codes = incident.truth.causes.map(({ code }) => code);
  const named = findings.causes.map(({ code, confidence }) => ({ code, confidence }));
  const first = named[0]?.code;
  const own = findings.causes.find(({ code }) => code === truth?.code);
  return {
    ...run,
    affected: new Set(incident.truth.causes.flatMap(({ ids }) => ids)).size,
    named,
    isFirst: codes.length === 0 ? first === undefined : first !== undefined && codes.includes(first),
    isAmong: codes.every((code) => named.some((each) => each.code === code)),
    hoursOff: truth?.from == null ? null : hoursBetween(findings.onset.at, truth.from),
    isShape: truth === undefined ? null : findings.onset.shape === truth.shape,
    overlap: own === undefined || truth === undefined ? null : f1(own.subscription_ids, truth.ids),
  };
}

function hoursBetween(found: string | null, truth: string): number {
  return found === null ? Number.POSITIVE_INFINITY : Math.abs(Date.parse(found) - Date.parse(truth)) / 3_600_000;
}

function f1(found: readonly string[], truth: readonly string[]): number {
  const right = new Set(truth);
  const hits = found.filter((id) => right.has(id)).length;
  return found.length + truth.length === 0 ? 1 : (2 * hits) / (found.length + truth.length);
}

const percent = (results: readonly Result[], is: (result: Result) => boolean | null): string =>
  `${Math.round((100 * results.filter(is).length) / results.length)}%`;

const mean = (numbers: readonly number[]): string =>
  numbers.length === 0 ? "" : (numbers.reduce((sum, each) => sum + each, 0) / numbers.length).toFixed(2);

function median(numbers: readonly number[]): string {
  const middle = [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  return middle === undefined ? "" : Number.isFinite(middle) ? middle.toFixed(1) : "none";
}

/** One row of the table for results of the same causes, size and noise. */
export function tally(results: readonly Result[]): Readonly<Record<string, string | number>> {
  const [one] = results;
  const isNoise = one?.causes === "none";
  const present = (numbers: readonly (number | null)[]): number[] => numbers.filter((each) => each !== null);
  return {
    cause: one?.causes ?? "",
    size: Number.isNaN(one?.size) ? "-" : (one?.size ?? ""),
    noise: one?.noise ?? "",
    runs: results.length,
    affected: median(results.map(({ affected }) => affected)).replace(".0", ""),
    first: isNoise ? "" : percent(results, ({ isFirst }) => isFirst),
    among: isNoise ? "" : percent(results, ({ isAmong }) => isAmong),
    "falsely named": isNoise ? percent(results, ({ named }) => named.length > 0) : "",
    shape: isNoise ? "" : percent(results, ({ isShape }) => isShape),
    "onset off (h)": median(present(results.map(({ hoursOff }) => hoursOff))),
    confidence: mean(results.flatMap(({ named }) => named[0]?.confidence ?? [])),
    "ids F1": mean(present(results.map(({ overlap }) => overlap))),
  };
}

/** A miss in one line. */
export function describeMiss({ causes, size, noise, seed, affected, named }: Result): string {
  const instead = named.map(({ code, confidence }) => `${code} ${confidence.toFixed(2)}`).join(", ");
  const world = `seed ${seed}, ${Number.isNaN(size) ? "any size" : `size ${size}`}, noise ${noise}, ${affected} affected`;
  return `${causes} (${world}): ${instead || "nothing"}`;
}
