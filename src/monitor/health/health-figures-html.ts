import { numberText } from "../../report/cell-text";
import { tableHtml } from "../../report/table";
import { isComparable } from "../open-findings";
import { durationText } from "./duration-text";
import type { Health } from "./health";
import { timeToDetect, timeToRepair } from "./incidents";

/** The figures an auditor asks for: how many runs and incidents there were, and how long incidents took. */
export function healthFiguresHtml(health: Health): string {
  const { runs, incidents, scopes, otherScopes, since } = health;
  const count = (outcome: string): string => numberText(runs.filter((run) => run.outcome === outcome).length);
  const detections = incidents.flatMap((incident) => timeToDetect(incident) ?? []);
  const repairs = incidents.flatMap((incident) => timeToRepair(incident) ?? []);
  const period = scopes[0]?.rhythm.period ?? null;
  const bounds = detections.filter(({ isExact }) => !isExact).length;
  const rows = [
    {
      figure: `Runs since ${since.toISOString().slice(0, 10)}`,
      value: `${count("finished")} finished, ${count("failed")} failed, ${count("missed")} missed`,
    },
    {
      figure: "Share of runs with a result",
      value: runs.length === 0 ? null : `${percentText(runs.filter(isComparable).length, runs.length)} %`,
    },
    { figure: "Usual time between scheduled runs", value: period === null ? null : durationText(period) },
    {
      figure: "Incidents",
      value: `${incidents.length}, of which ${incidents.filter(({ endedBy }) => endedBy === null).length} open`,
    },
    {
      figure: "Median time to detect",
      value: medianText(
        detections.map(({ milliseconds }) => milliseconds),
        incidents.length,
        bounds === 0 ? "" : `, ${bounds} of them at most`,
      ),
    },
    { figure: "Median time to repair", value: medianText(repairs, incidents.length, "") },
    {
      figure: "Scopes",
      value: [...scopes, ...otherScopes]
        .slice(0, 10)
        .map(({ scope }) => scope)
        .join(", "),
    },
  ];
  return tableHtml({
    caption: "Figures",
    columns: [
      { key: "figure", title: "Figure" },
      { key: "value", title: "Value" },
    ],
    rows,
    empty: "",
  });
}

function percentText(part: number, whole: number): string {
  // Rounded down: 100 % says that none was without.
  return numberText(Math.floor((1000 * part) / whole) / 10);
}

function medianText(times: readonly number[], incidents: number, more: string): string | null {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) return null;
  return `${durationText(middle)} (known of ${times.length} of ${incidents}${more})`;
}
