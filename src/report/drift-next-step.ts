import escapeHtml from "escape-html";
import type { Findings } from "../drift/findings";
import { visibleText } from "./cell-text";

/** What to do next, and for the causes after the first how to confirm and treat each. */
export function nextStepHtml(findings: Findings): string {
  const steps = findings.causes
    .slice(1)
    .map(
      ({ title, confirm_by, action }) =>
        `<li style="margin:4px 0"><strong>${shown(title)}</strong>. Confirm: ${shown(confirm_by)} Then: ${shown(action)}</li>`,
    );
  return `<div class="rc-next" style="margin:12px 0">
<p style="margin:0;font-size:16px;font-weight:600">${shown(findings.next_step)}</p>
${
  steps.length === 0
    ? ""
    : `<p style="margin:12px 0 0">After that:</p>
<ul style="margin:4px 0 0;padding-left:20px">${steps.join("\n")}</ul>`
}
</div>`;
}

function shown(text: string): string {
  return escapeHtml(visibleText(text));
}
