import { stateHtml } from "../../report/chip";
import { tableHtml } from "../../report/table";
import { type Disposition, KINDS } from "../../subscription";
import { isComparable, openCount } from "../open-findings";
import type { RunRecord } from "../run-record";
import { durationText } from "./duration-text";
import type { Health } from "./health";
import { acceptedCount } from "./open-counts";

/** The last runs, the newest first, and of the whole time those that failed, were missed or could not compare their exports. */
export function lastRunsHtml({ runs, since }: Health): string {
  const newest = [...runs].reverse();
  const last = tableHtml({
    caption: "Last runs",
    columns: [
      { key: "started", title: "Started", kind: "time" },
      { key: "result", title: "Result", kind: "html" },
      { key: "open", title: "Open", kind: "number" },
      { key: "accepted", title: "Accepted", kind: "number" },
      { key: "review", title: "Review", kind: "number" },
      { key: "in_flight", title: "In flight", kind: "number" },
      { key: "took", title: "Took" },
      { key: "trigger", title: "Started by" },
      { key: "scope", title: "Scope" },
      { key: "says", title: "Report, or why there is none" },
    ],
    rows: newest.map(rowOf),
    limit: 24,
    restIn: "recon history",
    empty: "No run is on record.",
  });
  const gaps = tableHtml({
    caption: `Runs without a result since ${since.toISOString().slice(0, 10)}`,
    columns: [
      { key: "started", title: "Started or due", kind: "time" },
      { key: "result", title: "Result", kind: "html" },
      { key: "scope", title: "Scope" },
      { key: "says", title: "Why" },
    ],
    rows: newest.filter((run) => !isComparable(run)).map(rowOf),
    restIn: "recon history",
    empty: "Every run came to a verdict, and none was missed.",
  });
  return last + gaps;
}

/** A run as a row. */
function rowOf(run: RunRecord): object {
  const { started_at, finished_at, outcome, trigger, scope, report, message } = run;
  const isResult = isComparable(run);
  return {
    started: started_at,
    result: resultHtml(run),
    open: isResult ? openCount(run) : null,
    accepted: isResult ? acceptedCount(run) : null,
    review: isResult ? countOf(run, "review") : null,
    in_flight: isResult ? countOf(run, "in_flight") : null,
    took: outcome === "missed" ? null : durationText(Date.parse(finished_at) - Date.parse(started_at)),
    trigger: trigger.replace("_", " "),
    scope,
    says: isResult ? report : message,
  };
}

function resultHtml(run: RunRecord): string {
  if (run.outcome === "missed") return stateHtml("missed", "warn");
  if (run.outcome === "failed") return stateHtml("failed", "bad");
  if (!isComparable(run)) return stateHtml("incomparable", "bad");
  return openCount(run) === 0 ? stateHtml("nothing open", "good") : stateHtml("discrepancies", "warn");
}

function countOf({ counts }: RunRecord, disposition: Disposition): number {
  return KINDS.reduce((sum, kind) => sum + (counts?.[kind][disposition] ?? 0), 0);
}
