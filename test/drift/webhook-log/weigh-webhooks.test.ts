import { describe, expect, it } from "vitest";
import type { CauseCode } from "../../../src/drift/cause-codes";
import type { Suspicion } from "../../../src/drift/cause-rule";
import type { Affected } from "../../../src/drift/evidence";
import type { WebhookEvidence } from "../../../src/drift/webhook-log/webhook-evidence";
import { weighWebhooks } from "../../../src/drift/webhook-log/weigh-webhooks";

const ids = Array.from({ length: 20 }, (_, at) => `sub_${at}`);
const suspicion: Suspicion = {
  explains: ids.map((id) => ({ id }) as Affected),
  confidence: 0.6,
  supporting: ["a"],
  contradicting: ["b"],
  from: 1000,
  to: 2000,
};

function evidence(failed: number, unseen: number, delivered: number, signature?: number): WebhookEvidence {
  const take = (from: number, count: number): ReadonlySet<string> => new Set(ids.slice(from, from + count));
  return {
    failedIds: take(0, failed),
    neverSeenIds: take(failed, unseen),
    deliveredIds: take(failed + unseen, delivered),
    windows: signature === undefined ? [] : [{ from: 1500, to: 3000, failed: 40, signature }],
  };
}

describe("a webhook log", () => {
  it.each<[string, CauseCode, WebhookEvidence, "more" | "less" | "same"]>([
    ["failed deliveries speak for missed webhooks", "missed_webhooks", evidence(15, 2, 1), "more"],
    ["events never seen do, too", "missed_webhooks", evidence(0, 18, 2), "more"],
    ["delivered events speak against it", "missed_webhooks", evidence(1, 0, 18), "less"],
    ["delivered events speak for a type that is not handled", "deletion_unhandled", evidence(1, 0, 18), "more"],
    ["failed deliveries against it", "deletion_unhandled", evidence(15, 2, 1), "less"],
    ["refused signatures speak for a rolled secret", "webhook_secret_rotated", evidence(0, 0, 0, 38), "more"],
    ["other failures against it", "webhook_secret_rotated", evidence(0, 0, 0, 2), "less"],
    ["refused signatures against missed webhooks", "missed_webhooks", evidence(0, 0, 0, 38), "less"],
    ["a few subscriptions tell nothing", "missed_webhooks", evidence(3, 0, 1), "same"],
    ["and nothing of a cause without webhooks", "own_archive", evidence(15, 2, 1, 38), "same"],
  ])("%s", (_, code, webhooks, expected) => {
    const weighed = weighWebhooks(code, suspicion, webhooks);
    if (expected === "same") expect(weighed).toEqual(suspicion);
    else if (expected === "more") {
      expect(weighed.confidence).toBeGreaterThan(0.9);
      expect(weighed.supporting).toHaveLength(2);
      expect(weighed.contradicting).toEqual(["b"]);
    } else {
      expect(weighed.confidence).toBeLessThan(0.2);
      expect(weighed.contradicting).toHaveLength(2);
      expect(weighed.supporting).toEqual(["a"]);
    }
  });

  it("that was not read changes nothing", () => {
    expect(weighWebhooks("missed_webhooks", suspicion, undefined)).toEqual(suspicion);
  });

  it("tells of a window elsewhere nothing", () => {
    const elsewhere = { ...evidence(0, 0, 0), windows: [{ from: 5000, to: 6000, failed: 40, signature: 40 }] };
    expect(weighWebhooks("webhook_secret_rotated", suspicion, elsewhere)).toEqual(suspicion);
  });
});
