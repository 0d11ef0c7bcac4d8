import { CATALOGUE } from "./catalogue";
import { type CauseRule, LEAST_SUPPORT, type Suspicion } from "./cause-rule";
import { dateOnset } from "./date-onset";
import type { Affected, Evidence } from "./evidence";

/** A cause with what speaks for it. */
export interface FoundCause {
  readonly rule: CauseRule;
  readonly suspicion: Suspicion;
}

/** A cause less likely than this is not named. */
const NAMED = 0.5;
/** Beside a named cause, one that explains the same is listed when it is at least this likely. */
const LISTED = 0.35;
/** A further cause has to be surer than the first, and to explain so large a part of all, since noise is left beside any cause. */
const FURTHER = 0.7;
const LEAST_FURTHER = 8;
const LEAST_PART = 0.08;
const MOST_CAUSES = 4;

/**
 * Names the causes at work, one after the other: the likeliest for all that is affected, then the likeliest for what that one leaves
 * unexplained, until nothing stands out. Each has subscriptions of its own. Rivals that explain much the same follow the one they rival.
 */
export function findCauses(evidence: Evidence): FoundCause[] {
  const named: FoundCause[] = [];
  const rivals: FoundCause[] = [];
  let left: readonly Affected[] = evidence.affected;
  while (named.length < MOST_CAUSES) {
    const file = { evidence, affected: left, onset: dateOnset(left, evidence) };
    const ranked = CATALOGUE.filter((rule) => ![...named, ...rivals].some((other) => other.rule === rule))
      .flatMap((rule): FoundCause[] => {
        const suspicion = rule.examine(file);
        return suspicion === null ? [] : [{ rule, suspicion }];
      })
      .sort((a, b) => worth(b, left) - worth(a, left));
    const [best] = ranked.filter(({ suspicion }) => suspicion.confidence >= NAMED);
    if (best === undefined) break;
    const explained = new Set(best.suspicion.explains);
    if (named.length > 0) {
      if (explained.size < Math.max(LEAST_FURTHER, LEAST_PART * evidence.affected.length)) break;
      if (best.suspicion.confidence < FURTHER) break;
    }
    named.push(best);
    if (named.length === 1) {
      rivals.push(
        ...ranked.filter(
          (other) => other !== best && other.suspicion.confidence >= LISTED && rivalsWith(other, explained),
        ),
      );
    }
    left = left.filter((one) => !explained.has(one));
    if (left.length < LEAST_SUPPORT) break;
  }
  return [...named, ...rivals].sort((a, b) => rank(b, named) - rank(a, named));
}

/** The first named cause stays first; the others follow by confidence. */
function rank(found: FoundCause, named: readonly FoundCause[]): number {
  return found === named[0] ? 2 : found.suspicion.confidence;
}

/** What a cause is worth naming: its odds, and how much of the case it explains. One about the exports themselves explains all. */
function worth({ suspicion }: FoundCause, affected: readonly Affected[]): number {
  const { confidence, explains } = suspicion;
  const odds = Math.log(confidence / (1 - confidence));
  const part = explains.length === 0 || affected.length === 0 ? 0 : explains.length / affected.length;
  return odds + 2 * part;
}

function rivalsWith({ suspicion }: FoundCause, explained: ReadonlySet<Affected>): boolean {
  if (suspicion.explains.length === 0) return false;
  const shared = suspicion.explains.filter((one) => explained.has(one)).length;
  return shared >= 0.5 * suspicion.explains.length && shared >= 0.5 * explained.size;
}
