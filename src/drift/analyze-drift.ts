import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KINDS } from "../subscription";
import { counted } from "./cause-rule";
import { findConcentrations } from "./concentrations";
import { countBuckets } from "./count-buckets";
import { type DatedOnset, dateOnset, onsetOf } from "./date-onset";
import type { Evidence } from "./evidence";
import { type FoundCause, findCauses } from "./find-causes";
import { type Cause, type Findings, findingsSchema } from "./findings";
import { isoTime } from "./iso-time";
import { countMetadataKeys } from "./metadata-keys";
import { readEvidence } from "./read-evidence";
import { countTransitions } from "./transitions";
import { webhookEvidence } from "./webhook-log/webhook-evidence";
import { readWebhooks } from "./webhook-log/webhook-history";

/** What to analyze, and where the findings go. */
export interface DriftOptions {
  /** The folder recon diff wrote, or a discrepancies.csv. */
  readonly discrepancies: string;
  /** Folder for findings.json; made if it is not there. */
  readonly out: string;
  /** A webhooks.json of recon webhooks: how deliveries went speaks for and against causes. */
  readonly webhooks?: string | null | undefined;
  /** Told what is being done, in a few words. */
  readonly onProgress?: ((step: string) => void) | undefined;
}

/** A finished analysis. */
export interface DriftAnalysis {
  readonly findings: Findings;
  /** The folder with findings.json. */
  readonly directory: string;
}

/**
 * Looks for the pattern behind the discrepancies: when it began, what it hits, and why. Writes `findings.json`.
 *
 * @throws ReconError with one message that names the file, the column or the line at fault.
 */
export async function analyzeDrift({ discrepancies, out, webhooks, onProgress }: DriftOptions): Promise<DriftAnalysis> {
  onProgress?.("Reading the discrepancies");
  const exported = await readEvidence(discrepancies);
  const evidence =
    webhooks == null ? exported : { ...exported, webhooks: webhookEvidence(await readWebhooks(webhooks)) };
  onProgress?.("Looking for the pattern");
  const findings = findingsSchema.parse(findPattern(evidence));
  await mkdir(out, { recursive: true });
  const path = join(out, "findings.json");
  await writeFile(`${path}.partial`, `${JSON.stringify(findings, null, 2)}\n`);
  await rename(`${path}.partial`, path);
  onProgress?.("Done");
  return { findings, directory: out };
}

/** The pattern in the evidence. The same evidence gives the same findings. */
export function findPattern(evidence: Evidence): Findings {
  const causes = findCauses(evidence);
  const onset = onsetOfCase(causes, evidence);
  const { affected, summary } = evidence;
  const rows = affected.flatMap((one) => one.rows);
  return {
    schema_version: 1,
    run_id: summary?.run_id ?? null,
    pattern: causes.length > 0 ? "found" : "none",
    headline: headline(causes, evidence),
    subscriptions: affected.length,
    discrepancies: rows.length,
    onset: onsetOf(onset),
    by_kind: Object.fromEntries(
      KINDS.flatMap((kind) => {
        const count = rows.filter(({ discrepancy }) => discrepancy.kind === kind).length;
        return count === 0 ? [] : [[kind, count]];
      }),
    ),
    transitions: countTransitions(affected),
    metadata_keys: countMetadataKeys(affected),
    fields: countFields(evidence),
    frequency: countBuckets(evidence),
    concentrations: findConcentrations(affected, evidence),
    causes: causes.map(causeOf),
    not_tested: notTested(evidence),
    next_step: nextStep(causes, evidence),
  };
}

/** The onset of the likeliest cause's subscriptions where it has one of its own, else of all. */
function onsetOfCase([best]: readonly FoundCause[], evidence: Evidence): DatedOnset {
  const all = dateOnset(evidence.affected, evidence);
  if (best === undefined || best.suspicion.explains.length === 0) return all;
  const own = dateOnset(best.suspicion.explains, evidence);
  const { from, to } = best.suspicion;
  if (from == null) return own;
  return {
    ...own,
    shape: to == null ? "step" : "burst",
    at: from,
    high: from,
    low: own.low !== null && own.low <= from ? own.low : (all.low ?? from),
    ends: to ?? null,
  };
}

function causeOf({ rule, suspicion }: FoundCause): Cause {
  const iso = (time: number | null | undefined): string | null => (time == null ? null : isoTime(time));
  return {
    code: rule.code,
    title: rule.title,
    confidence: shown(suspicion.confidence),
    supporting: suspicion.supporting.filter((text) => text !== ""),
    contradicting: suspicion.contradicting.filter((text) => text !== ""),
    confirm_by: rule.confirmBy,
    action: rule.action,
    from: iso(suspicion.from),
    to: iso(suspicion.to),
    subscription_ids: suspicion.explains.map(({ id }) => id).sort(),
  };
}

/** Exports alone never prove a cause. */
const MOST_CONFIDENT = 0.99;

/** A confidence as it is said: in hundredths, the same wherever it stands. */
function shown(confidence: number): number {
  return Math.min(MOST_CONFIDENT, Math.round(confidence * 100) / 100);
}

function headline(causes: readonly FoundCause[], { affected, summary }: Evidence): string {
  const [best] = causes;
  if (best === undefined && summary?.verdict === "incomparable") {
    return "The exports could not be compared, so nothing can be said about a cause.";
  }
  if (best === undefined) {
    return affected.length === 0
      ? "Nothing differs that needs a cause."
      : `No pattern in ${counted(affected.length, "affected subscription")}: nothing beats chance.`;
  }
  const { from, to, explains, confidence } = best.suspicion;
  const short = (time: number): string => new Date(time).toISOString().slice(0, 16).replace("T", " ");
  const when = from == null ? "" : to == null ? `, since ${short(from)} UTC` : `, ${short(from)} to ${short(to)} UTC`;
  const title = best.rule.title.charAt(0).toLowerCase() + best.rule.title.slice(1);
  const whom = explains.length === 0 ? "" : `; ${counted(explains.length, "subscription")}`;
  return `Probably: ${title}${when}${whom}; confidence ${shown(confidence).toFixed(2)}.`;
}

function nextStep([best]: readonly FoundCause[], { affected, summary }: Evidence): string {
  if (best === undefined && summary?.verdict === "incomparable") {
    return `Mend the exports and reconcile again${summary.refusal === null ? "." : `: ${summary.refusal}`}`;
  }
  if (best !== undefined) return `${best.rule.confirmBy} Then: ${best.rule.action}`;
  if (affected.length === 0) return "Stop here: nothing differs that needs a repair.";
  return "Step 3 of the runbook: check the webhook history of the affected subscriptions (log lines that name them, and their events in Stripe).";
}

function countFields({ affected }: Evidence): Findings["fields"] {
  const fields = new Map<string, number>();
  for (const { details } of affected.flatMap((one) => one.rows)) {
    for (const field of Object.keys(details.fields ?? {})) fields.set(field, (fields.get(field) ?? 0) + 1);
  }
  return [...fields]
    .map(([field, count]) => ({ field, count }))
    .sort((a, b) => b.count - a.count || (a.field < b.field ? -1 : 1));
}

function notTested({ population, summary, affected }: Evidence): Findings["not_tested"] {
  const untested: { what: string; why: string }[] = [];
  if (population === null) {
    untested.push({
      what: "rates, concentrations and how complete a failure is",
      why: "population.csv of the same reconciliation is not there",
    });
  }
  if (summary === null) {
    untested.push({
      what: "partial exports, mixed modes and accounts, spelling of statuses",
      why: "summary.json of the same reconciliation is not there",
    });
  }
  for (const { kind, reason } of summary?.withheld ?? []) untested.push({ what: kind, why: reason });
  const undated = affected.filter(({ changedAt }) => changedAt === null).length;
  if (undated > 0) {
    untested.push({
      what: `when ${counted(undated, "subscription")} parted`,
      why: "what differs in them has no time of its own in Stripe",
    });
  }
  return untested;
}
