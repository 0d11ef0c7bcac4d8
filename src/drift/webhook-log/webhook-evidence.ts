import type { WebhookHistory } from "./webhook-history";

/** What webhooks tell of the causes. Times in milliseconds. */
export interface WebhookEvidence {
  /** Subscriptions of which an event was refused or broke, and was never delivered later. */
  readonly failedIds: ReadonlySet<string>;
  /** Subscriptions no webhook names, although the log has webhooks from before and after their change, or it is not known when they changed. */
  readonly neverSeenIds: ReadonlySet<string>;
  /** Subscriptions all of whose events were delivered: what differs then is how they were handled. */
  readonly deliveredIds: ReadonlySet<string>;
  /** When most deliveries failed. `signature`: how many of them for the signature, as after a rolled secret. */
  readonly windows: readonly {
    readonly from: number;
    readonly to: number;
    readonly failed: number;
    readonly signature: number;
  }[];
}

/** What a webhook history gives the causes to weigh. Pure. */
export function webhookEvidence(history: WebhookHistory): WebhookEvidence {
  const { subscriptions, windows } = history;
  const idsOf = (some: readonly { readonly id: string }[]): ReadonlySet<string> => new Set(some.map(({ id }) => id));
  return {
    failedIds: idsOf(subscriptions.filter(({ state }) => state === "failed")),
    neverSeenIds: idsOf(
      subscriptions.filter(
        ({ state, log_covers_change }) =>
          state === "never_seen" && log_covers_change !== false && history.entries.named > 0,
      ),
    ),
    deliveredIds: idsOf(subscriptions.filter(({ state }) => state === "delivered")),
    windows: windows.map((window) => ({
      failed: window.failed,
      from: Date.parse(window.from),
      to: Date.parse(window.to),
      signature: window.reasons
        .filter(({ reason }) => reason.endsWith("signature"))
        .reduce((sum, { count }) => sum + count, 0),
    })),
  };
}
