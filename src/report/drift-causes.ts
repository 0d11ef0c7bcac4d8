import escapeHtml from "escape-html";
import type { Cause, Findings } from "../drift/findings";
import { visibleText } from "./cell-text";
import { confidenceMeaning, confidenceText, explainedText, windowText } from "./drift-words";
import { tableHtml } from "./table";

/** Each probable cause with the evidence for and against it, best first, and what could not be looked at. */
export function causesHtml(findings: Findings): string {
  const causes =
    findings.causes.length === 0
      ? `<p class="rc-empty" style="margin:8px 0">No cause fits these discrepancies better than chance.</p>`
      : findings.causes.map(causeHtml).join("\n");
  const notTested = tableHtml({
    caption: "Not looked at",
    columns: [
      { key: "what", title: "What" },
      { key: "why", title: "Why" },
    ],
    rows: findings.not_tested,
    limit: 100,
    empty: "Every cause that is known could be looked at.",
  });
  return `${causes}\n${notTested}`;
}

function causeHtml(cause: Cause, index: number): string {
  const facts = [
    ["Confidence", `${confidenceText(cause.confidence)}: ${confidenceMeaning(cause.confidence)}.`],
    ["When", windowText(cause.from, cause.to)],
    ["Explains", explainedText(cause.subscription_ids.length)],
    ["Confirm by", cause.confirm_by],
    ["Then", cause.action],
  ] as const;
  const rows = facts.map(
    ([name, text]) => `<dt style="font-weight:600">${name}</dt><dd style="margin:0">${shown(text)}</dd>`,
  );
  return `<section class="rc-cause" style="margin:16px 0;padding:12px 16px;border:1px solid #9aa1a8;border-radius:4px">
<p class="rc-cause-title" style="margin:0;font-size:16px;font-weight:600">${index + 1}. ${shown(cause.title)} <code class="rc-code-name">${shown(cause.code)}</code></p>
<div class="rc-evidence">
${evidenceHtml("+", "Speaks for it", cause.supporting, "Nothing was found for it.")}
${evidenceHtml("−", "Speaks against it", cause.contradicting, "Nothing was found against it.")}
</div>
<dl class="rc-facts" style="display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:12px 0 0">
${rows.join("\n")}
</dl>
</section>`;
}

function evidenceHtml(sign: string, title: string, sentences: readonly string[], none: string): string {
  const items =
    sentences.length === 0 ? [`<li class="rc-muted">${none}</li>`] : sentences.map((one) => `<li>${shown(one)}</li>`);
  return `<div><p style="margin:8px 0 2px;font-weight:600"><span aria-hidden="true">${sign}</span> ${title}</p>
<ul style="margin:0;padding-left:20px">${items.join("")}</ul></div>`;
}

function shown(text: string): string {
  return escapeHtml(visibleText(text));
}
