import escapeHtml from "escape-html";
import type { Findings } from "../drift/findings";
import { numberText, visibleText } from "./cell-text";
import { subscriptionsText } from "./drift-words";

/**
 * The subscriptions behind each cause, one id a line, to copy into a terminal or an issue.
 * Where scripts run, browser/enhance.js adds a button that copies them.
 *
 * @param limit how many ids of a cause are shown
 */
export function affectedIdsHtml(findings: Findings, limit = 50): string {
  const causes = findings.causes.filter(({ subscription_ids }) => subscription_ids.length > 0);
  if (causes.length === 0) {
    return `<p class="rc-empty" style="margin:8px 0">No cause names a subscription. All that differ are in discrepancies.csv.</p>`;
  }
  return causes
    .map(({ title, subscription_ids: ids }) => {
      const note =
        ids.length > limit
          ? `showing ${numberText(limit)} of ${numberText(ids.length)}, the rest in findings.json`
          : subscriptionsText(ids.length);
      const lines = ids.slice(0, limit).map((id) => escapeHtml(visibleText(id)));
      return `<div class="rc-table-box rc-ids" data-recon-ids>
<div class="rc-table-head"><strong class="rc-caption">${escapeHtml(visibleText(title))}</strong> <span class="rc-note">${note}</span></div>
<pre tabindex="0" style="margin:8px 0;font-family:monospace">${lines.join("\n")}</pre>
</div>`;
    })
    .join("\n");
}
