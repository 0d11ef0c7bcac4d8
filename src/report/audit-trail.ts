import type { Cause, Findings } from "../drift/findings";
import type { Summary } from "../reconcile/summary";
import { KIND_TITLES, KINDS } from "../subscription";
import { confidenceText, explainedText, windowText } from "./drift-words";

/**
 * The runbook's six audit entries as Markdown. What is not known yet is left to be filled in by a person; so is whether a
 * probable cause was confirmed.
 */
export function auditTrail(summary: Summary, findings: Findings): string {
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
    ...rootCause(findings),
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
    "Times are UTC. Evidence and affected ids of every cause: `findings.json`. `recon verify` on this folder checks every file against `manifest.json` and runs the comparison and the analysis again.",
    "",
  ].join("\n");
}

function rootCause({ causes: [best, ...others], headline, next_step }: Findings): string[] {
  if (best === undefined) return [`3. **Root cause**: ${plain(headline)}`, `   - Next: ${plain(next_step)}`];
  return [
    `3. **Root cause**: probable, to be confirmed: ${inWords(best)}`,
    ...best.supporting.map((sentence) => `   - For it: ${plain(sentence)}`),
    ...best.contradicting.map((sentence) => `   - Against it: ${plain(sentence)}`),
    `   - To confirm it: ${plain(best.confirm_by)}`,
    ...others.map((cause) => `   - Also possible: ${inWords(cause)}`),
    "   - Confirmed by: _not known yet_",
  ];
}

function inWords({ title, code, from, to, subscription_ids, confidence }: Cause): string {
  return `${plain(title)} (\`${code}\`), ${windowText(from, to)}; ${explainedText(subscription_ids.length)}; confidence ${confidenceText(confidence)}`;
}

/** Text that Markdown shows as it is. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, "\\$&");
}
