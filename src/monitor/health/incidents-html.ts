import { numberText, timeText } from "../../report/cell-text";
import { tableHtml } from "../../report/table";
import { durationText } from "./duration-text";
import type { Health } from "./health";
import { type Incident, timeToDetect, timeToRepair } from "./incidents";

/** Incidents, the newest first: how long each went unseen and unrepaired, and what ended it. */
export function incidentsHtml({ incidents }: Health): string {
  return tableHtml({
    caption: "Incidents",
    columns: [
      { key: "seen", title: "Seen first", kind: "time" },
      { key: "began", title: "Began", kind: "time" },
      { key: "detect", title: "Time to detect" },
      { key: "most", title: "Most open", kind: "number" },
      { key: "repair", title: "Repair" },
      { key: "mend", title: "Time to repair" },
      { key: "ended", title: "Clean again", kind: "time" },
      { key: "scope", title: "Scope" },
      { key: "report", title: "First report" },
    ],
    rows: [...incidents].reverse().map((incident) => ({
      seen: incident.first.finished_at,
      began: incident.onset,
      detect: detectText(incident),
      most: incident.most,
      repair: repairText(incident),
      mend: mendText(incident),
      ended: incident.endedBy?.started_at ?? "still open",
      scope: incident.scope,
      report: incident.first.report,
    })),
    empty: "No run on record has found anything to act on.",
  });
}

function detectText(incident: Incident): string {
  const detection = timeToDetect(incident);
  if (detection === null) return "not known";
  const text = durationText(detection.milliseconds);
  return detection.isExact ? text : `at most ${text}`;
}

function mendText(incident: Incident): string | null {
  const time = timeToRepair(incident);
  return time === null ? null : durationText(time);
}

function repairText({ repairs }: Incident): string {
  if (repairs.length === 0) return "none on record";
  return repairs
    .map(({ runId, operator, changed, finishedAt, rolledBackAt }) => {
      const end =
        rolledBackAt !== null
          ? `rolled back from ${timeText(`${rolledBackAt.slice(0, 19)}Z`)}`
          : finishedAt === null
            ? "not finished"
            : `${numberText(changed)} rows`;
      return `${runId} by ${operator}: ${end}`;
    })
    .join("; ");
}
