import { numberText, timeText } from "../../report/cell-text";
import { SCHEDULE_ADVICE } from "../judge-last-run";
import { openCount } from "../open-findings";
import type { RunRecord } from "../run-record";
import type { AcceptedDrift } from "./accepted-drift";
import { durationText } from "./duration-text";
import type { Incident } from "./incidents";
import { acceptedCount } from "./open-counts";
import type { ScopeState } from "./scope-states";
import type { Verification } from "./verification-points";

/** One thing to know, and what to do about it. */
export interface Reason {
  readonly tone: "warn" | "bad";
  readonly title: string;
  readonly says: string;
}

/** The answer in a title, and why, the gravest reason first. */
export interface Verdict {
  readonly tone: "good" | "warn" | "bad";
  readonly title: string;
  readonly reasons: readonly Reason[];
  /** What stands there whatever the verdict: the last reconciliation, and what was accepted. */
  readonly facts: readonly string[];
}

/** What stands below the title of a verdict: what to do first, what else is wrong, and the facts. */
export function verdictLines({ reasons, facts }: Verdict): string[] {
  return [...reasons.map(({ title, says }, index) => (index === 0 ? says : `${title}. ${says}`)), ...facts];
}

/** What a verdict follows from. */
export interface Judged {
  readonly scopes: readonly ScopeState[];
  readonly otherScopes: readonly ScopeState[];
  readonly incidents: readonly Incident[];
  readonly verification: Verification | null;
  readonly accepted: readonly AcceptedDrift[];
  readonly notes: readonly string[];
  readonly now: Date;
}

/** The runbook's alert: more mismatches than this are an incident for whoever is on call. */
const ALERT = 10;

/** Judges health for whoever is called at night: what is wrong, since when, and what to do first. */
export function judgeHealth(judged: Judged): Verdict {
  const reasons = [
    ...nothingOnRecord(judged),
    ...openDrift(judged),
    ...schedule(judged),
    ...verifications(judged),
    ...expired(judged),
    ...elsewhere(judged),
    ...judged.notes.map((says): Reason => ({ tone: "warn", title: "Not everything could be read", says })),
  ];
  const bad = reasons.filter(({ tone }) => tone === "bad");
  const ordered = [...bad, ...reasons.filter(({ tone }) => tone === "warn")];
  const [first] = ordered;
  return {
    tone: first?.tone ?? "good",
    title: first?.title ?? "Healthy: the last reconciliation found nothing to act on",
    reasons: ordered,
    facts: facts(judged),
  };
}

function nothingOnRecord({ scopes }: Judged): Reason[] {
  if (scopes.length > 0) return [];
  return [{ tone: "warn", title: "No reconciliation is on record", says: SCHEDULE_ADVICE }];
}

function openDrift({ scopes, incidents, now }: Judged): Reason[] {
  const open = scopes.reduce((sum, scope) => sum + scope.open, 0);
  const going = incidents.filter(({ endedBy }) => endedBy === null);
  const [first] = going;
  if (open === 0 || first === undefined) return [];
  const worst = scopes.reduce((a, b) => (b.open > a.open ? b : a));
  const run = worst.lastComparable;
  const began = going.map((incident) => incident.first.finished_at).sort()[0] ?? first.first.finished_at;
  const where = going.length === 1 ? "" : ` in ${going.length} scopes`;
  const isUnrepaired = going.some(({ repairedAt }) => repairedAt === null);
  const todo = isUnrepaired
    ? run?.report == null
      ? "Its report was not kept: make one (recon report --live), then plan the repair: recon repair plan REPORT."
      : `Read its report, then plan the repair: recon repair plan ${run.report}`
    : "It was repaired and still differs: look at what remains before anything is applied again.";
  const escalate = scopes.some(({ lastComparable }) => lastComparable?.impact === "staged")
    ? " Escalate: more than 1,000 subscriptions are affected."
    : "";
  return [
    {
      tone: open > ALERT ? "bad" : "warn",
      title: `${countText(open)} open${where}`,
      says: `Seen first at ${timeText(began)} UTC, ${durationText(now.getTime() - Date.parse(began))} ago.${escalate} ${todo}`,
    },
  ];
}

function schedule({ scopes }: Judged): Reason[] {
  const silent = scopes.filter(({ rhythm }) => rhythm.state === "silent");
  const failing = scopes.filter(({ rhythm }) => rhythm.state === "failing");
  const resultless = scopes.filter(
    ({ rhythm, last, lastComparable }) => rhythm.state === "on_time" && last !== lastComparable,
  );
  const reason = (
    tone: Reason["tone"],
    concerned: readonly ScopeState[],
    title: string,
    says: (worst: ScopeState) => string,
  ): Reason[] => {
    const [first] = concerned;
    if (first === undefined) return [];
    const more = concerned.length === 1 ? "" : `${concerned.length} of ${scopes.length} scopes. `;
    const which = scopes.length === 1 ? "" : `${first.scope}: `;
    return [{ tone, title, says: `${more}${which}${says(first)}` }];
  };
  return [
    ...reason(
      "bad",
      silent,
      "Reconciliations no longer run",
      (worst) =>
        `${resultText(worst)} Look whether the schedule still runs (recon watch, the timer or the crontab), then start one by hand: recon report --live.`,
    ),
    ...reason("bad", failing, "Reconciliations fail", (worst) => `${resultText(worst)} The last one ${endText(worst)}`),
    ...reason("warn", resultless, "The last run brought no result", (worst) => `It ${endText(worst)}`),
  ];
}

function resultText({ rhythm: { period, sinceSuccess } }: ScopeState): string {
  const since =
    sinceSuccess === null
      ? "No run has come to a verdict"
      : `None has come to a verdict for ${durationText(sinceSuccess)}`;
  return `${since}${period === null ? "" : `; they usually come every ${durationText(period)}`}.`;
}

function endText({ last: { outcome, message } }: ScopeState): string {
  const words = { missed: "was missed", failed: "failed", finished: "could not compare its exports" }[outcome];
  return `${words}: ${message ?? "no reason is on record."}`;
}

function verifications({ verification }: Judged): Reason[] {
  return (verification?.points ?? []).flatMap(({ title, state, run, until }): Reason[] => {
    if (state === "failed")
      return [
        {
          tone: "bad",
          title: "The repair does not hold",
          says: `Verification ${title}: the run of ${timeText(run?.started_at ?? "")} UTC found discrepancies again. Find out why before the next repair.`,
        },
      ];
    if (state !== "missed") return [];
    return [
      {
        tone: "warn",
        title: "A verification was missed",
        says: `Verification ${title}: no run looked until ${timeText(until)} UTC. Run recon report --live, and keep its report with the incident's.`,
      },
    ];
  });
}

function expired({ accepted }: Judged): Reason[] {
  const ended = accepted.filter(({ state, stillThere }) => state === "expired" && (stillThere ?? 0) > 0);
  if (ended.length === 0) return [];
  const count = ended.reduce((sum, { stillThere }) => sum + (stillThere ?? 0), 0);
  return [
    {
      tone: "warn",
      title: "Accepted drift has expired",
      says: `Their acceptance has ended, and they are still there: ${countText(count)}. Repair, or accept again (recon accept).`,
    },
  ];
}

function elsewhere({ otherScopes }: Judged): Reason[] {
  // What was found long ago, and not looked at since, says nothing of today.
  const open = otherScopes.filter(({ open: count, rhythm }) => count > 0 && rhythm.state === "on_time");
  if (open.length === 0) return [];
  const names = open.slice(0, 5).map(({ scope, open: count }) => `${scope} (${numberText(count)})`);
  return [
    {
      tone: "warn",
      title: "Other scopes have open discrepancies",
      says: `${names.join(", ")}${open.length > 5 ? ` and ${open.length - 5} more` : ""}: see them below.`,
    },
  ];
}

function facts({ scopes, verification, accepted, now }: Judged): string[] {
  const [newest] = scopes
    .flatMap(({ lastComparable }) => (lastComparable === null ? [] : [lastComparable]))
    .sort((a, b) => Date.parse(b.finished_at) - Date.parse(a.finished_at));
  const holding = accepted.filter(({ state }) => state === "open");
  const [next] = holding;
  const last =
    newest === undefined
      ? []
      : [
          `The last reconciliation with a result began ${timeText(newest.started_at)} UTC, ended ${durationText(Math.max(0, now.getTime() - Date.parse(newest.finished_at)))} ago and found ${foundText(newest)}.`,
        ];
  const ending =
    next === undefined
      ? []
      : [
          `Accepted for now: ${countText(holding.reduce((sum, { discrepancies }) => sum + discrepancies, 0))}; the next acceptance ends ${timeText(next.until)} UTC.`,
        ];
  const points = (verification?.points ?? []).map(
    ({ title, state, dueAt }) => `${title} ${state}${state === "due" ? ` ${timeText(dueAt)} UTC` : ""}`,
  );
  const verified = points.length === 0 ? [] : [`Verification of the last incident: ${points.join(", ")}.`];
  return [...last, ...verified, ...ending];
}

function foundText(run: RunRecord): string {
  const [open, accepted] = [openCount(run), acceptedCount(run)];
  if (open + accepted === 0) return "nothing to act on";
  if (accepted === 0) return countText(open);
  return open === 0
    ? `only what is accepted, ${countText(accepted)}`
    : `${countText(open)} and ${numberText(accepted)} accepted ones`;
}

function countText(count: number): string {
  return `${numberText(count)} ${count === 1 ? "discrepancy" : "discrepancies"}`;
}
