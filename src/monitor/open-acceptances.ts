import type { Kind } from "../subscription";
import { fingerprintOf } from "./fingerprint";
import type { Acceptance, HistoryEvent } from "./history-event";

/** A discrepancy that is accepted, and the acceptance that decides. */
export interface AcceptedDiscrepancy {
  readonly subscription_id: string;
  readonly kind: Kind;
  readonly fingerprint: string;
  readonly acceptance: Acceptance;
}

/** What is accepted at a time: for each discrepancy its newest acceptance decides, and that must not have ended. */
export function openAcceptances(events: readonly HistoryEvent[], now: Date): AcceptedDiscrepancy[] {
  const newest = new Map<string, AcceptedDiscrepancy>();
  for (const acceptance of events) {
    if (acceptance.event !== "accepted") continue;
    for (const { subscription_id, kind } of acceptance.discrepancies) {
      const fingerprint = fingerprintOf(subscription_id, kind);
      newest.set(fingerprint, { subscription_id, kind, fingerprint, acceptance });
    }
  }
  return [...newest.values()].filter(({ acceptance }) => Date.parse(acceptance.until) > now.getTime());
}
