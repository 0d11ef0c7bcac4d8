import binomial from "@stdlib/stats-base-dists-binomial-cdf";
import { type CauseRule, LEAST_SUPPORT, mostOfTheCase, percent, weigh } from "../cause-rule";

/** The share of subscriptions whose customer has several, where nothing better is known. */
const USUAL_SHARE = 0.3;

/** The table takes one subscription a customer: of several, one overwrites the other or is never stored. */
export const severalSubscriptionsPerCustomer: CauseRule = {
  code: "several_subscriptions_per_customer",
  title: "Customers have several subscriptions, the table keeps one",
  confirmBy:
    "Look for a unique key on the customer, and for code that finds the row by customer instead of by subscription id.",
  action: "Key the table by subscription id, then Action 1 and Action 3.",
  examine({ affected, onset }) {
    const known = affected.filter((one) => one.customer !== null);
    const explains = known.filter(({ customer }) => (customer?.stripe ?? 0) >= 2);
    if (explains.length < LEAST_SUPPORT) return null;
    const share = explains.length / known.length;
    const chance = 1 - binomial(explains.length - 1, known.length, USUAL_SHARE);
    const missing = explains.filter((one) => one.kinds.has("missing_in_database"));
    const stored = missing.filter(({ customer }) => (customer?.database ?? 0) >= 1);
    return weigh(explains, -2.5, [
      {
        holds: share >= 0.85 && chance < 1e-3,
        weight: 3.5,
        against: 2,
        says: `${percent(explains.length, known.length)} of them belong to customers with two or more subscriptions.`,
        otherwise: `Only ${percent(explains.length, known.length)} belong to customers with several subscriptions.`,
      },
      {
        holds: missing.length < LEAST_SUPPORT ? null : stored.length >= 0.8 * missing.length,
        weight: 1.5,
        against: 1.5,
        says: `For ${percent(stored.length, missing.length)} of the missing ones the database holds another subscription of the same customer.`,
        otherwise: "For most of the missing ones the database holds none of the customer's subscriptions.",
      },
      {
        holds: onset.shape !== "burst",
        weight: 0.4,
        against: 1.5,
        says: "",
        otherwise: "They parted in one stretch of time that ended.",
      },
      mostOfTheCase(explains, affected, 0.6, 0.6),
    ]);
  },
};
