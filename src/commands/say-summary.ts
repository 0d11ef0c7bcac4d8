import { EXIT } from "../recon-error";
import type { Summary } from "../reconcile/summary";
import { KINDS } from "../subscription";
import { say } from "./say";

/** The counts of the kinds and the verdict, for a terminal. */
export function countsText(summary: Summary): string {
  const wide = 20;
  const cell = (value: string | number): string => String(value).padStart(11);
  const rows = KINDS.map((kind) => {
    const { actionable, review, in_flight, expected } = summary.counts[kind];
    const isWithheld = summary.withheld.some((claim) => claim.kind === kind);
    return (
      kind.padEnd(wide) + (isWithheld ? cell("withheld") : [actionable, review, in_flight, expected].map(cell).join(""))
    );
  });
  const head = "".padEnd(wide) + ["actionable", "review", "in flight", "expected"].map(cell).join("");
  const escalate = summary.escalate ? ", escalate" : "";
  const verdict = `Verdict: ${summary.verdict}; ${summary.affected_subscriptions} subscriptions affected (scope: ${summary.scope}${escalate})`;
  return ["", head, ...rows, "", verdict].join("\n");
}

/** Ends a reconciliation's command: the exit code of its verdict and, where nothing could be compared, why. */
export function endWith(summary: Summary): void {
  process.exitCode = { clean: EXIT.clean, discrepancies: EXIT.discrepancies, incomparable: EXIT.failed }[
    summary.verdict
  ];
  if (summary.refusal !== null) say(`recon: ${summary.refusal}`);
}
