import type { CaseFile } from "../cause-rule";
import type { Affected } from "../evidence";

/** Whether the two exports share no subscriptions, as `recon diff` found. */
export function shareNoIds({ evidence }: CaseFile): boolean {
  return (evidence.summary?.withheld ?? []).some(({ reason }) => reason.startsWith("the two exports share"));
}

/** The affected subscriptions whose disposition has one of these reasons. */
export function withReason(affected: readonly Affected[], reasons: readonly string[]): Affected[] {
  return affected.filter((one) => one.rows.some(({ discrepancy }) => reasons.includes(discrepancy.reason ?? "")));
}

/** The account fragments of the population with their shares, largest first; empty when there is one alone. */
export function fragmentShares({ evidence }: CaseFile): [fragment: string, share: number][] {
  const cells = [...(evidence.population?.get("account_fragment") ?? [])].filter(([fragment]) => fragment !== "");
  const all = cells.reduce((sum, [, { subscriptions }]) => sum + subscriptions, 0);
  return cells
    .map(([fragment, { subscriptions }]): [string, number] => [fragment, subscriptions / all])
    .sort((a, b) => b[1] - a[1]);
}
