import PQueue from "p-queue";
import { type ApiSubscription, completeItems } from "./complete-items";
import type { StripeConnection } from "./connect-stripe";
import { stripePackage } from "./stripe-package";

/** What Stripe says of one subscription. A canceled one is found: only its absence makes a row an orphan. */
export type Retrieved =
  | { readonly kind: "found"; readonly subscription: ApiSubscription }
  | { readonly kind: "absent" }
  /** It exists in the mode the key does not belong to. */
  | { readonly kind: "other_mode" };

/**
 * Asks Stripe for subscriptions one by one, several at once within the rate.
 *
 * @param ids - `sub_…`; asked for once each
 * @returns an answer for each id, in their order
 * @throws ReconError when Stripe fails for good
 */
export async function retrieveSubscriptions(
  connection: StripeConnection,
  ids: readonly string[],
  { onProgress }: { readonly onProgress?: (done: number, all: number) => void } = {},
): Promise<ReadonlyMap<string, Retrieved>> {
  const found = new Map<string, Retrieved | null>(ids.map((id) => [id, null]));
  const queue = new PQueue({ concurrency: connection.parallel() });
  let done = 0;
  const ask = (id: string) => async (): Promise<void> => {
    found.set(id, await retrieve(connection, id));
    onProgress?.(++done, found.size);
  };
  try {
    await queue.addAll([...found.keys()].map(ask));
  } finally {
    queue.clear();
  }
  return found as ReadonlyMap<string, Retrieved>;
}

async function retrieve(connection: StripeConnection, id: string): Promise<Retrieved> {
  const answer = await connection.call((client) =>
    client
      .rawRequest("GET", `/v1/subscriptions/${encodeURIComponent(id)}`)
      .then((subscription): Retrieved => ({ kind: "found", subscription }), whyAbsent),
  );
  if (answer.kind !== "found") return answer;
  // The copy leaves out what the client hides in it: the whole answer, with its connection.
  return { kind: "found", subscription: await completeItems(connection, { ...answer.subscription }) };
}

/** Tells an absence from a failure. Stripe names the other mode in the message alone. */
function whyAbsent(error: unknown): Retrieved {
  if (!(error instanceof stripePackage().errors.StripeError) || error.code !== "resource_missing") throw error;
  return { kind: /exists in (live|test) mode/.test(error.message) ? "other_mode" : "absent" };
}
