import type { Affected } from "../../src/drift/evidence";
import type { Details } from "../../src/subscription";

/** A subscription that is canceled in Stripe and active in the database, with what a test says of it. */
export function oneAffected(id: string, own: Partial<Affected> = {}, details: Details = {}): Affected {
  return {
    id,
    kinds: new Set(["status_mismatch"]),
    customer: details.customer ?? null,
    tenant: null,
    price: null,
    stripeStatus: "canceled",
    stream: "status canceled",
    databaseStatus: "active",
    changedAt: null,
    updatedAt: null,
    rows: [
      {
        discrepancy: {
          subscription_id: id,
          kind: "status_mismatch",
          disposition: "actionable",
          reason: null,
          customer_id: null,
          tenant_id: own.tenant ?? null,
          price_id: null,
          livemode: null,
          stripe_status: "canceled",
          database_status: "active",
          changed_at: null,
          changed_at_basis: null,
          stripe_created_at: null,
          database_created_at: null,
          database_updated_at: null,
          details: JSON.stringify(details),
        },
        details,
        changedAt: own.changedAt ?? null,
      },
    ],
    ...own,
  };
}
