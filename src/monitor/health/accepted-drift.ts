import type { Kind } from "../../subscription";
import { fingerprintOf } from "../fingerprint";
import type { Acceptance, HistoryEvent } from "../history-event";
import { FINGERPRINTS_KEPT, type RunRecord } from "../run-record";

/** What somebody decided to live with, as far as no later decision replaced it. Times are ISO 8601 in UTC. */
export interface AcceptedDrift extends Pick<Acceptance, "at" | "who" | "why" | "until"> {
  readonly state: "open" | "expired";
  /** How many discrepancies it still decides about. */
  readonly discrepancies: number;
  readonly kinds: readonly Kind[];
  /** How many of them the last runs still found; null where their records do not tell. */
  readonly stillThere: number | null;
}

/**
 * The acceptances that hold and those that have ended, the next to end first; what was taken back at once is left out.
 *
 * @param events - in their order: of one discrepancy the newest acceptance decides
 * @param last - the last comparable run of each scope
 */
export function acceptedDrift(events: readonly HistoryEvent[], last: readonly RunRecord[], now: Date): AcceptedDrift[] {
  const deciding = new Map<string, { readonly event: Acceptance; readonly kind: Kind }>();
  for (const event of events) {
    if (event.event !== "accepted") continue;
    for (const { subscription_id, kind } of event.discrepancies)
      deciding.set(fingerprintOf(subscription_id, kind), { event, kind });
  }
  const found = foundIn(last);
  const byEvent = new Map<Acceptance, { fingerprint: string; kind: Kind }[]>();
  for (const [fingerprint, { event, kind }] of deciding)
    byEvent.set(event, [...(byEvent.get(event) ?? []), { fingerprint, kind }]);
  return [...byEvent]
    .filter(([{ at, until }]) => Date.parse(until) > Date.parse(at))
    .map(
      ([{ at, who, why, until }, decided]): AcceptedDrift => ({
        at,
        who,
        why,
        until,
        state: Date.parse(until) > now.getTime() ? "open" : "expired",
        discrepancies: decided.length,
        kinds: [...new Set(decided.map(({ kind }) => kind))],
        stillThere: found === null ? null : decided.filter(({ fingerprint }) => found.has(fingerprint)).length,
      }),
    )
    .sort(
      (a, b) =>
        Number(a.state === "expired") - Number(b.state === "expired") || Date.parse(a.until) - Date.parse(b.until),
    );
}

/** Null where a record does not hold every fingerprint. */
function foundIn(last: readonly RunRecord[]): ReadonlySet<string> | null {
  const lists = last.flatMap(({ fingerprints }) =>
    fingerprints === null ? [] : [fingerprints.open, fingerprints.accepted],
  );
  if (last.length === 0 || lists.some((list) => list.length >= FINGERPRINTS_KEPT)) return null;
  return new Set(lists.flat());
}
