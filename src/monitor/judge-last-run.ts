import type { LastRuns } from "./last-run";
import type { SafetyCheck } from "./safety-check";

const HOUR = 3_600_000;
/** A reconciliation older than this tells little of today. */
const STALE = 25 * HOUR;

/** How to have a reconciliation run by itself. */
export const SCHEDULE_ADVICE =
  "Schedule it: recon watch --live --every '0 * * * *', or by cron: 0 * * * * cd <this folder> && RECON_TRIGGER=cron npm run -s recon -- report --live";

/** The runbook's third check: when the last reconciliation ran, and what came of it. */
export function judgeLastRun({ last }: LastRuns, now: Date): SafetyCheck {
  const name = "last_reconciliation";
  if (last === null)
    return { name, outcome: "warn", says: "No reconciliation is on record here.", todo: SCHEDULE_ADVICE };
  if (last.outcome !== "finished")
    return {
      name,
      outcome: "warn",
      says: `The last reconciliation ${last.outcome === "failed" ? "failed" : "was missed"} ${ageText(last.finished_at, now)}: ${last.message}`,
      todo: "Mend what it says, then run it again.",
    };
  const { verdict, finished_at, message, report } = last;
  const says = `The last reconciliation ended ${ageText(finished_at, now)} with the verdict ${verdict}${message === null ? "" : `: ${message}`}${/[.!]$/.test(message ?? "") ? "" : "."} Its report: ${report}`;
  if (verdict === "incomparable") return { name, outcome: "warn", says, todo: "Mend the exports, then run it again." };
  const isStale = now.getTime() - Date.parse(finished_at) > STALE;
  return isStale ? { name, outcome: "warn", says, todo: SCHEDULE_ADVICE } : { name, outcome: "pass", says, todo: null };
}

/** The runbook's fourth check, from the counts of the last reconciliation: how many subscriptions are affected, and what follows. */
export function judgeImpact({ lastFinished }: LastRuns): SafetyCheck {
  const name = "impact";
  if (lastFinished === null || lastFinished.verdict === "incomparable")
    return {
      name,
      outcome: "warn",
      says: "How many subscriptions are affected is not known before a reconciliation has run.",
      todo: "Run recon report: it only reads.",
    };
  const { finished_at } = lastFinished;
  const affected = lastFinished.affected_subscriptions ?? 0;
  const says = `${affected.toLocaleString("en")} ${affected === 1 ? "subscription was" : "subscriptions were"} affected at the reconciliation of ${finished_at.slice(0, 16).replace("T", " ")} UTC`;
  switch (lastFinished.impact ?? "none") {
    case "none":
      return { name, outcome: "pass", says: `${says}.`, todo: null };
    case "immediate":
      return { name, outcome: "pass", says: `${says}: fewer than 100, which can be reconciled at once.`, todo: null };
    case "review":
      return {
        name,
        outcome: "warn",
        says: `${says}: 100 to 1,000.`,
        todo: "Look at the pattern (recon drift) before reconciling.",
      };
    case "staged":
      return { name, outcome: "warn", says: `${says}: more than 1,000.`, todo: "Escalate, and reconcile in stages." };
  }
}

function ageText(time: string, now: Date): string {
  const hours = (now.getTime() - Date.parse(time)) / HOUR;
  const at = `${time.slice(0, 16).replace("T", " ")} UTC`;
  if (hours < 1) return `${Math.max(0, Math.round(hours * 60))} min ago (${at})`;
  return hours < 48 ? `${Math.round(hours)} h ago (${at})` : `${Math.round(hours / 24)} days ago (${at})`;
}
