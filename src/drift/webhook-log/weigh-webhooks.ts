import type { CauseCode } from "../cause-codes";
import { counted, LEAST_SUPPORT, type Suspicion } from "../cause-rule";
import type { WebhookEvidence } from "./webhook-evidence";

/** Causes whose events never got through, and those whose events arrived and were handled wrongly. Of all others webhooks tell nothing. */
const EXPECTS: Readonly<Partial<Record<CauseCode, "lost" | "delivered">>> = {
  missed_webhooks: "lost",
  webhook_secret_rotated: "lost",
  events_out_of_order: "delivered",
  deletion_unhandled: "delivered",
  pause_unhandled: "delivered",
  dunning_untracked: "delivered",
  trial_end_untracked: "delivered",
  metadata_updates_unhandled: "delivered",
  lossy_status_mapping: "delivered",
  price_unmapped: "delivered",
};

/** Log-odds: what a log says of the events themselves weighs more than any pattern in the exports. */
const WEIGHT = 2.5;
/** Log-odds of how the deliveries in the window failed: for the signature, or otherwise. */
const SIGNATURE_WEIGHT = 2;

/** A suspicion with what the webhook log says for and against it; as it was when the log tells nothing of its subscriptions. */
export function weighWebhooks(
  code: CauseCode,
  suspicion: Suspicion,
  webhooks: WebhookEvidence | null | undefined,
): Suspicion {
  const expected = EXPECTS[code];
  if (webhooks == null || expected === undefined) return suspicion;
  const said = [deliveryClue(expected, suspicion, webhooks), signatureClue(code, suspicion, webhooks)];
  const odds = said.reduce(
    (sum, clue) => sum + (clue?.odds ?? 0),
    Math.log(suspicion.confidence / (1 - suspicion.confidence)),
  );
  const texts = (isFor: boolean): string[] =>
    said.flatMap((clue) => (clue !== null && clue.odds > 0 === isFor ? [clue.says] : []));
  return {
    ...suspicion,
    confidence: 1 / (1 + Math.exp(-odds)),
    supporting: [...suspicion.supporting, ...texts(true)],
    contradicting: [...suspicion.contradicting, ...texts(false)],
  };
}

interface Said {
  readonly odds: number;
  readonly says: string;
}

function deliveryClue(
  expected: "lost" | "delivered",
  { explains }: Suspicion,
  { failedIds, neverSeenIds, deliveredIds }: WebhookEvidence,
): Said | null {
  const count = (ids: ReadonlySet<string>): number => explains.filter(({ id }) => ids.has(id)).length;
  const [failed, unseen, delivered] = [count(failedIds), count(neverSeenIds), count(deliveredIds)];
  const known = failed + unseen + delivered;
  if (known < LEAST_SUPPORT) return null;
  const lost = failed + unseen;
  const isLost = 2 * lost >= known;
  const says = isLost
    ? `By the webhook log the events of ${counted(lost, "subscription")} of ${known.toLocaleString("en")} did not get through: ${failed.toLocaleString("en")} failed, ${unseen.toLocaleString("en")} were never seen.`
    : `By the webhook log the events of ${counted(delivered, "subscription")} of ${known.toLocaleString("en")} were delivered.`;
  return { odds: isLost === (expected === "lost") ? WEIGHT : -WEIGHT, says };
}

/** A rolled secret shows as deliveries refused for their signature; another outage does not. */
function signatureClue(code: CauseCode, { from, to }: Suspicion, { windows }: WebhookEvidence): Said | null {
  if (EXPECTS[code] !== "lost") return null;
  const meeting = windows.filter(
    (window) => window.from <= (to ?? Number.POSITIVE_INFINITY) && window.to >= (from ?? Number.NEGATIVE_INFINITY),
  );
  const failed = meeting.reduce((sum, window) => sum + window.failed, 0);
  if (failed < LEAST_SUPPORT) return null;
  const signature = meeting.reduce((sum, window) => sum + window.signature, 0);
  const isSignature = 2 * signature >= failed;
  const says = `${counted(failed, "delivery").replace(/ys$/, "ies")} failed in that time, ${signature.toLocaleString("en")} of them for the signature.`;
  return { odds: isSignature === (code === "webhook_secret_rotated") ? SIGNATURE_WEIGHT : -SIGNATURE_WEIGHT, says };
}
