import { fingerprintOf } from "./fingerprint";
import type { Acceptance, HistoryEvent } from "./history-event";

/** The fingerprints of what is accepted at a time, each with the acceptance that decides: the newest, if it has not ended. */
export function openAcceptances(events: readonly HistoryEvent[], now: Date): ReadonlyMap<string, Acceptance> {
  const newest = new Map<string, Acceptance>();
  for (const event of events) {
    if (event.event !== "accepted") continue;
    for (const { subscription_id, kind } of event.discrepancies)
      newest.set(fingerprintOf(subscription_id, kind), event);
  }
  return new Map([...newest].filter(([, { until }]) => Date.parse(until) > now.getTime()));
}
