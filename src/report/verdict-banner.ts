import type { Summary } from "../reconcile/summary";
import { DISPOSITIONS, KINDS } from "../subscription";
import { bannerHtml } from "./banner";
import { numberText } from "./cell-text";

const SCOPE_ADVICE: Readonly<Record<Summary["scope"], string>> = {
  none: "",
  immediate: "Fewer than 100 subscriptions: they can be reconciled at once.",
  review: "100 to 1,000 subscriptions: look at the pattern before reconciling.",
  staged: "More than 1,000 subscriptions: reconcile in stages.",
};

/** The runbook's decision after Step 1: stop here, continue, or mend the exports first. */
export function verdictHtml(summary: Summary): string {
  if (summary.verdict === "incomparable") {
    return bannerHtml({
      tone: "bad",
      title: "These exports could not be compared",
      lines: [
        summary.refusal ?? "",
        "Mend this and run again. No conclusion about any subscription follows from this run.",
      ],
    });
  }
  const left = leftOver(summary);
  if (summary.verdict === "clean") {
    return bannerHtml({
      tone: "good",
      title: "No discrepancies to act on. STOP HERE",
      lines: [
        `${numberText(summary.counts.matched)} subscriptions stand on both sides. Verify with the user reports that led here; the issue is resolved.`,
        ...left,
      ],
    });
  }
  const escalate = summary.escalate ? ["Escalate: more than 1,000 subscriptions are affected."] : [];
  return bannerHtml({
    tone: summary.escalate ? "bad" : "warn",
    title: `${numberText(summary.affected_subscriptions)} subscriptions differ. Continue to Step 2: find out why`,
    lines: [SCOPE_ADVICE[summary.scope], ...escalate, ...left],
  });
}

function leftOver(summary: Summary): string[] {
  const totals = DISPOSITIONS.map((disposition) =>
    KINDS.reduce((sum, kind) => sum + summary.counts[kind][disposition], 0),
  );
  const [, inFlight = 0, expected = 0, review = 0] = totals;
  const parts = [
    review > 0 ? `${numberText(review)} need a person's look` : "",
    inFlight > 0 ? `${numberText(inFlight)} changed around the two exports and should be looked at again` : "",
    expected > 0 ? `${numberText(expected)} are expected` : "",
  ].filter((part) => part !== "");
  const withheld = summary.withheld.map(
    ({ kind, reason }) => `Not claimed: ${kind.replaceAll("_", " ")}, because ${reason}.`,
  );
  return parts.length > 0 ? [`Beside these: ${parts.join(", ")}.`, ...withheld] : withheld;
}
