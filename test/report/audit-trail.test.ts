import { describe, expect, it } from "vitest";
import type { Findings } from "../../src/drift/findings";
import { noCounts, type Summary } from "../../src/reconcile/summary";
import { auditTrail } from "../../src/report/audit-trail";
import { NO_PATTERN, OUTAGE } from "./drift-fixture";

const INPUT: Summary["inputs"]["stripe"] = {
  path: "data/s.json",
  format: "Stripe API JSON",
  sha256: "a".repeat(64),
  bytes: 1,
  rows: 1,
  rejected: 0,
  as_of: "2026-11-02T06:00:00Z",
  as_of_basis: "sidecar",
  created_from: null,
  created_to: null,
  livemode: "live",
  complete: "yes",
  also_read: [],
};
const SUMMARY: Summary = {
  schema_version: 1,
  run_id: "run-1",
  started_at: "2026-11-02T08:00:00Z",
  finished_at: "2026-11-02T08:00:05Z",
  verdict: "discrepancies",
  refusal: null,
  counts: noCounts(),
  affected_subscriptions: 160,
  scope: "review",
  escalate: false,
  withheld: [],
  warnings: [],
  not_compared: [],
  vocabulary: [],
  inputs: { stripe: INPUT, database: INPUT },
};

/** The lines of the third entry. */
function rootCause(findings: Findings): string[] {
  const lines = auditTrail(SUMMARY, findings).split("\n");
  return lines.slice(
    lines.findIndex((line) => line.startsWith("3. ")),
    lines.findIndex((line) => line.startsWith("4. ")),
  );
}

describe("the root cause in the audit trail", () => {
  it("is the probable one with its evidence, and leaves it to a person to say that it was confirmed", () => {
    expect(rootCause(OUTAGE)).toEqual([
      "3. **Root cause**: probable, to be confirmed: Missed webhooks (`missed_webhooks`), 2026-10-14 21:40 – 2026-10-17 06:15 UTC; 116 subscriptions; confidence 0.94 (strong)",
      "   - For it: 116 of 121 subscriptions that changed between 2026-10-14 21:40 and 2026-10-17 06:15 UTC differ (96 %); outside it 5 of 2,818.",
      "   - For it: All four kinds and six transitions occur, as when every event is lost.",
      "   - Against it: 5 subscriptions changed in that window and agree.",
      "   - To confirm it: List the events of that window with delivery\\_success=false in Stripe, or look for a gap in the webhook log.",
      "   - Also possible: Changes by hand in the database (`manual_changes`), no bounds in time; 6 subscriptions; confidence 0.42 (weak)",
      "   - Confirmed by: _not known yet_",
    ]);
  });

  it("says that no pattern was found, and the next step", () => {
    expect(rootCause(NO_PATTERN)).toEqual([
      `3. **Root cause**: ${NO_PATTERN.headline}`,
      `   - Next: ${NO_PATTERN.next_step}`,
    ]);
  });
});
