import { CATALOGUE } from "../../drift/catalogue";
import { tableHtml } from "../../report/table";
import type { Health } from "./health";
import type { Offender } from "./repeat-offenders";

/** Tenants and probable causes by the incidents they had a part in: what comes back is not mended yet. */
export function repeatOffendersHtml({ offenders }: Health): string {
  return offendersHtml(offenders, "tenant") + offendersHtml(offenders, "cause");
}

function offendersHtml(offenders: readonly Offender[], what: Offender["what"]): string {
  const own = offenders.filter((each) => each.what === what);
  const repeated = own.filter(({ incidents }) => incidents > 1).length;
  const noun = what === "tenant" ? "Tenants" : "Probable causes";
  return tableHtml({
    caption: `${noun}: ${repeated === 0 ? "none" : repeated} in more than one incident`,
    columns: [
      { key: "name", title: what === "tenant" ? "Tenant" : "Cause" },
      { key: "incidents", title: "Incidents", kind: "number" },
      { key: "most", title: what === "tenant" ? "Most discrepancies" : "Most subscriptions", kind: "number" },
      { key: "lastAt", title: "Last in the run of", kind: "time" },
    ],
    rows: own.map((each) => ({ ...each, name: what === "tenant" ? each.name : causeText(each.name) })),
    limit: 20,
    empty: what === "tenant" ? "No tenant had a part in an incident." : "No incident had a probable cause.",
  });
}

function causeText(code: string): string {
  const rule = CATALOGUE.find((each) => each.code === code);
  return rule === undefined ? code : `${rule.title} (${code})`;
}
