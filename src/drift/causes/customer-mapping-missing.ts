import { type CauseRule, counted, LEAST_SUPPORT, percent, weigh } from "../cause-rule";
import { countOf } from "../population";

/** Subscriptions of customers the application does not know, created in the Dashboard or on a hosted page: the handler finds no tenant. */
export const customerMappingMissing: CauseRule = {
  code: "customer_mapping_missing",
  title: "Customers are not known to the application",
  confirmBy:
    "Look for these customer ids in the application's own table of customers, and who created them in Stripe (request.id of the event is empty for the Dashboard).",
  action: "Connect the customers to their tenants, then Action 1 (reconcile missing subscriptions).",
  examine({ affected, evidence, onset }) {
    const missing = affected.filter((one) => one.kinds.has("missing_in_database"));
    const explains = missing.filter(
      (one) => (one.tenant === null || one.tenant === "") && (one.customer?.database ?? 0) === 0,
    );
    if (explains.length < LEAST_SUPPORT) return null;
    const nobody = countOf(evidence.population, "tenant_id", "");
    const tenants = evidence.population?.get("tenant_id")?.size ?? 0;
    return weigh(explains, -2, [
      {
        holds: explains.length >= 0.6 * missing.length,
        weight: 2,
        says: `${percent(explains.length, missing.length)} of the missing subscriptions name no tenant, and the database knows no other subscription of their customers.`,
        otherwise: `Only ${percent(explains.length, missing.length)} of the missing subscriptions name no tenant.`,
      },
      {
        holds: nobody === null || tenants < 2 ? false : explains.length >= 0.7 * nobody,
        weight: 2.5,
        against: 1.5,
        says: `Nearly all subscriptions without a tenant are missing (${counted(explains.length, "subscription")} of ${nobody}).`,
        otherwise:
          nobody === null || tenants < 2
            ? "Tenants are not told apart."
            : "Many subscriptions without a tenant did arrive.",
      },
      {
        holds: onset.shape !== "burst",
        weight: 0.5,
        against: 1.5,
        says: "",
        otherwise: "They were created in one stretch of time that ended.",
      },
      { holds: explains.length >= 0.5 * affected.length, weight: 0.7, against: 0.3, says: "" },
    ]);
  },
};
