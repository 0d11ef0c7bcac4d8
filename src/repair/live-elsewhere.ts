import PQueue from "p-queue";
import type { StripeConnection } from "../sources/stripe-api/connect-stripe";
import { listAll } from "../sources/stripe-api/list-page";
import { ENDED_STATUSES, LIVE_STATUSES, REASONS } from "../subscription";
import type { MappedTable } from "./map-table";
import type { Change, LeftOut } from "./plan";

/**
 * Which customers have a subscription that lives, in Stripe, now: whoever has one must not lose access for the sake of another
 * that ended.
 *
 * @param customers - `cus_…`; others are not asked for
 * @returns customer → ids of the subscriptions that live
 */
async function liveSubscriptions(
  connection: StripeConnection,
  customers: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const asked = [...new Set(customers)].filter((customer) => customer.startsWith("cus_"));
  const found = new Map<string, readonly string[]>();
  const queue = new PQueue({ concurrency: connection.parallel() });
  try {
    await queue.addAll(
      asked.map((customer) => async () => {
        const ids: string[] = [];
        for await (const { id, ...rest } of listAll(connection, "/v1/subscriptions", { customer, status: "all" })) {
          const { status } = rest as { status?: string };
          if ((LIVE_STATUSES as readonly string[]).includes(status ?? "")) ids.push(id);
        }
        found.set(customer, ids);
      }),
    );
  } finally {
    queue.clear();
  }
  return found;
}

/** Parts the changes that would end the access of a customer who has another subscription that lives from those that are safe. */
export async function partUnsafe(
  changes: readonly Change[],
  mapped: Pick<MappedTable, "columns">,
  stripe: StripeConnection,
): Promise<{ readonly safe: readonly Change[]; readonly leftOut: readonly LeftOut[] }> {
  const ending = changes.filter(endsAccess);
  const customers = ending.map((change) => customerOf(change, mapped) ?? "");
  const live = await liveSubscriptions(stripe, customers);
  const unsafe = ending.filter((change) => {
    const ids = live.get(customerOf(change, mapped) ?? "") ?? [];
    return ids.some((id) => id !== change.subscription_id);
  });
  const leftOut = unsafe.flatMap(({ subscription_id, kinds }) =>
    kinds.map((kind) => ({
      subscription_id,
      kind,
      disposition: "review",
      reason: REASONS.customer_has_live_subscription,
    })),
  );
  return { safe: changes.filter((change) => !unsafe.includes(change)), leftOut };
}

/** Whether a change may end somebody's access: it archives, or writes a status that has ended over one that had not. */
function endsAccess({ action, kinds, stripe }: Change): boolean {
  if (action === "archive") return true;
  return kinds.includes("status_mismatch") && (ENDED_STATUSES as readonly string[]).includes(stripe?.status ?? "");
}

/** The customer a change concerns, as Stripe or else the row has it. */
function customerOf({ stripe, before }: Change, { columns }: Pick<MappedTable, "columns">): string | null {
  return stripe?.customer_id ?? before?.[columns.customer_id?.name ?? ""] ?? null;
}
