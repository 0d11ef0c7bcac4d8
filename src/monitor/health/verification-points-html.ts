import type { Tone } from "../../report/banner";
import { numberText, timeText } from "../../report/cell-text";
import { stateHtml } from "../../report/chip";
import { tableHtml } from "../../report/table";
import { KIND_TITLES, KINDS } from "../../subscription";
import type { RunRecord } from "../run-record";
import { durationText } from "./duration-text";
import type { Health } from "./health";
import { openByKind } from "./open-counts";
import type { PointState, Verification, VerificationPoint } from "./verification-points";

/** How the state of a verification sounds; null for one that is still to come. */
export const POINT_TONES: Readonly<Record<PointState, Tone | null>> = {
  passed: "good",
  due: null,
  missed: "warn",
  failed: "bad",
};

/** The runbook's three verifications of the last incident, as a checklist that the runs on record tick. */
export function verificationPointsHtml({ verification, incidents, checkedAt }: Health): string {
  const waiting = incidents.filter(({ endedBy, repairedAt }) => endedBy === null && repairedAt === null).at(-1);
  const note =
    waiting === undefined
      ? ""
      : `<p class="rc-note">The incident that was seen first at ${timeText(waiting.first.finished_at)} UTC is not repaired yet: its verifications begin with its repair.</p>`;
  const table = tableHtml({
    caption: verification === null ? "Verifications" : captionOf(verification),
    columns: [
      { key: "point", title: "Verification" },
      { key: "state", title: "State", kind: "html" },
      { key: "says", title: "What the records say" },
      { key: "run", title: "Report, or run" },
    ],
    rows: (verification?.points ?? []).map((point) => ({
      point: point.title === "5 minutes" ? "Within 5 minutes" : `After ${point.title}`,
      state: stateHtml(point.state, POINT_TONES[point.state]),
      says: sentence(point, checkedAt),
      run: point.run?.report ?? point.run?.run_id ?? null,
    })),
    empty: "There is no repaired incident to verify.",
  });
  return note + table;
}

function captionOf({ incident, since, basis }: Verification): string {
  const of = incident.scope === "all" ? "" : ` of ${incident.scope}`;
  const seen = `Incident${of}, seen first at ${timeText(incident.first.finished_at)} UTC`;
  const repair = incident.repairs.find(({ finishedAt }) => finishedAt === since);
  if (basis === "clean_run" || repair === undefined)
    return `${seen}; no repair is on record, so it counts from the first clean run at ${timeText(since)} UTC`;
  return `${seen}, repaired at ${minuteText(since)} UTC by ${repair.operator} (${repair.runId}, ${numberText(repair.changed)} rows)`;
}

function sentence({ state, dueAt, until, run, ownVerification, gaps }: VerificationPoint, now: Date): string {
  const between = gaps === 0 ? "" : ` ${gaps} ${gaps === 1 ? "run" : "runs"} in between failed or were missed.`;
  switch (state) {
    case "passed":
      return run === null
        ? `The repair verified itself: ${numberText(ownVerification ?? 0)} rows were reconciled again and agree. No whole reconciliation ran in time.${between}`
        : `The run of ${timeText(run.started_at)} UTC, and every one before it, found nothing to act on.${between}`;
    case "failed":
      return `The run of ${timeText(run?.started_at ?? "")} UTC found ${run === null ? "something" : foundText(run)}.${between}`;
    case "missed": {
      const after =
        run === null ? "none has been clean since" : `the next clean run was at ${timeText(run.started_at)} UTC`;
      return `No run looked between ${timeText(dueAt)} and ${timeText(until)} UTC; ${after}.${between}`;
    }
    case "due": {
      const left = Date.parse(dueAt) - now.getTime();
      const when = left > 0 ? `Due at ${timeText(dueAt)} UTC, in ${durationText(left)}.` : "Due now.";
      return `${when} A run until ${timeText(until)} UTC counts.${between}`;
    }
  }
}

function foundText(run: RunRecord): string {
  const open = openByKind(run);
  return KINDS.filter((kind) => open[kind] > 0)
    .map((kind) => `${KIND_TITLES[kind].toLowerCase()}: ${numberText(open[kind])}`)
    .join(", ");
}

/** The journal knows milliseconds, which nobody reads. */
function minuteText(time: string): string {
  return timeText(`${time.slice(0, 16)}:00Z`);
}
