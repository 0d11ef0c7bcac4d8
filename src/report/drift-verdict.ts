import type { Findings } from "../drift/findings";
import { bannerHtml } from "./banner";
import { confidenceMeaning, confidenceText, explainedText } from "./drift-words";

/** The answer of the drift analysis: the probable cause and how sure it is, or that there is no pattern, and what comes next. */
export function driftVerdictHtml(findings: Findings): string {
  const [best, ...others] = findings.causes;
  const lines =
    findings.pattern === "none" || best === undefined
      ? []
      : [
          `Confidence ${confidenceText(best.confidence)}: ${confidenceMeaning(best.confidence)}.`,
          ...(others.length === 0 ? [] : [`Also found: ${others.map(briefly).join("; ")}.`]),
        ];
  return bannerHtml({
    // Without anything affected all is well only if everything could be looked at.
    tone: findings.subscriptions + findings.causes.length + findings.not_tested.length === 0 ? "good" : "warn",
    title: findings.headline,
    lines: [...lines, `Next: ${findings.next_step}`],
  });
}

function briefly({ title, confidence, subscription_ids }: Findings["causes"][number]): string {
  return `${title}, ${explainedText(subscription_ids.length)}, confidence ${confidenceText(confidence)}`;
}
