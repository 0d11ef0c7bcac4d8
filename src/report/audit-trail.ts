import type { Summary } from "../reconcile/summary";
import { KIND_TITLES, KINDS } from "../subscription";

/** The runbook's six audit entries as Markdown. What is not known yet is left to be filled in by a person. */
export function auditTrail(summary: Summary): string {
  const open = "_not known yet_";
  const found = KINDS.map((kind) => {
    const { actionable, in_flight, expected, review } = summary.counts[kind];
    return `   - ${KIND_TITLES[kind]}: ${actionable} actionable, ${review} to review, ${in_flight} in flight, ${expected} expected`;
  });
  const withheld = summary.withheld.map(({ kind, reason }) => `   - Not claimed: ${kind}, because ${plain(reason)}`);
  return [
    `# Audit trail of run ${summary.run_id}`,
    "",
    `1. **Reconciliation start time**: ${summary.started_at}`,
    `2. **Discrepancies found**: ${summary.affected_subscriptions} subscriptions affected; verdict: ${summary.verdict}`,
    ...found,
    ...withheld,
    `3. **Root cause**: ${open}`,
    `4. **Actions taken**: ${open}`,
    `5. **Reconciliation end time**: ${summary.finished_at}`,
    `6. **Verification results**: ${open}`,
    "",
    "Inputs:",
    "",
    ...(["stripe", "database"] as const).map((side) => {
      const input = summary.inputs[side];
      return `- ${side}: \`${input.path.replaceAll("`", "'")}\`, ${input.format}, ${input.rows} rows, ${input.rejected} rejected, taken at ${input.as_of}, SHA-256 ${input.sha256}`;
    }),
    "",
    "Times are UTC. `recon verify` on this folder checks every file against `manifest.json` and runs the comparison again.",
    "",
  ].join("\n");
}

/** Text that Markdown shows as it is. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, "\\$&");
}
