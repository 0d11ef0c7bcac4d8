import { CATALOGUE } from "./catalogue";
import type { CauseCode } from "./cause-codes";
import { type CauseRule, LEAST_SUPPORT, type Suspicion } from "./cause-rule";
import { dateOnset } from "./date-onset";
import { type Affected, type Evidence, isTouched } from "./evidence";
import { weighWebhooks } from "./webhook-log/weigh-webhooks";

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
const FURTHER = 0.6;
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
    const taken = [...named, ...rivals].map(({ rule }) => rule);
    const ranked = examine(
      evidence,
      left,
      CATALOGUE.filter((rule) => !taken.includes(rule)),
    );
    const [best] = ranked.filter(({ suspicion }) => suspicion.confidence >= NAMED);
    if (best === undefined) break;
    const both = named.length === 0 && OUTAGES.includes(best.rule.code) ? untangle(evidence, ranked) : null;
    if (both !== null) {
      named.push(...both);
      break;
    }
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
    left = without(left, best.suspicion.explains);
    if (left.length < LEAST_SUPPORT) break;
  }
  return [...named, ...rivals].sort((a, b) => rank(b, named) - rank(a, named));
}

/** Causes that look like a time without any events. */
const OUTAGES: readonly CauseCode[] = ["missed_webhooks", "webhook_secret_rotated", "restored_database"];
/** An outage has to stand out so clearly from what another cause leaves. */
const CLEAR = 0.8;

/**
 * Tells an outage from a second cause at work beside it, which blurs its window: without the subscriptions of the one the other has to be clear.
 * The one that explains more comes first. Null when there is no such pair.
 */
function untangle(evidence: Evidence, ranked: readonly FoundCause[]): FoundCause[] | null {
  const { affected } = evidence;
  for (const { rule, suspicion } of ranked) {
    if (OUTAGES.includes(rule.code) || suspicion.explains.length < LEAST_FURTHER) continue;
    const outages = CATALOGUE.filter(({ code }) => OUTAGES.includes(code));
    const [outage] = examine(evidence, without(affected, suspicion.explains), outages);
    if (outage === undefined || outage.suspicion.confidence < CLEAR || outage.suspicion.explains.length < LEAST_FURTHER)
      continue;
    // What the outage may explain as well does not speak for a second cause; once that is sure, it belongs to the second.
    const [alone] = examine(evidence, without(affected, consistentWith(outage.suspicion, affected)), [rule]);
    const [other] = examine(evidence, without(affected, outage.suspicion.explains), [rule]);
    if (other === undefined || [alone, other].some((each) => each === undefined || !isFurther(each))) continue;
    return [outage, other].sort((a, b) => b.suspicion.explains.length - a.suspicion.explains.length);
  }
  return null;
}

function isFurther({ suspicion }: FoundCause): boolean {
  return suspicion.confidence >= FURTHER && suspicion.explains.length >= LEAST_FURTHER;
}

/** The subscriptions an outage may explain: stale since a change in it, or without a time of their own and last written before it. */
function consistentWith({ from, to }: Suspicion, affected: readonly Affected[]): Affected[] {
  const [start, end] = [from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY];
  return affected.filter((one) =>
    one.changedAt === null
      ? one.updatedAt !== null && one.updatedAt < start
      : one.changedAt >= start && one.changedAt <= end && !isTouched(one),
  );
}

/** What each rule makes of these subscriptions, the best first. */
function examine(evidence: Evidence, affected: readonly Affected[], rules: readonly CauseRule[]): FoundCause[] {
  const file = { evidence, affected, onset: dateOnset(affected, evidence) };
  return rules
    .flatMap((rule): FoundCause[] => {
      const suspicion = rule.examine(file);
      return suspicion === null ? [] : [{ rule, suspicion: weighWebhooks(rule.code, suspicion, evidence.webhooks) }];
    })
    .sort((a, b) => worth(b, affected) - worth(a, affected));
}

function without(affected: readonly Affected[], some: readonly Affected[]): Affected[] {
  const left = new Set(some);
  return affected.filter((one) => !left.has(one));
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
