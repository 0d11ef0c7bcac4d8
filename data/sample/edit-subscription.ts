/** What people and campaigns change on a subscription that goes on. */

import { changeMetadata } from "./metadata";
import { between, pick, type Random } from "./random";
import type { Planned, Snapshot } from "./stripe-subscription";
import { NEW_STARTER, OLD_STARTER, PRICES, type Price } from "./world";

/** Prices one can move to without a new billing cycle: the same currency and interval. */
function otherPrices(price: Price): Price[] {
  const offered = PRICES.filter((each) => each.weight > 0 && each !== OLD_STARTER && each !== price);
  return offered.filter((each) => each.currency === price.currency && each.interval === price.interval);
}

/** Carries out a planned edit; false where it does not apply and so nothing changed. */
export function editSubscription(random: Random, s: Snapshot, planned: Planned): boolean {
  if (planned.action === "change_metadata") {
    s.metadata = changeMetadata(random, s.metadata, planned.note);
    return true;
  }
  if (s.status !== "active" && s.status !== "trialing" && s.status !== "past_due") return false;
  switch (planned.action) {
    case "upgrade": {
      const others = otherPrices(s.price);
      if (others.length === 0) return false;
      s.price = pick(random, others);
      return true;
    }
    case "migrate":
      if (s.price !== OLD_STARTER) return false;
      s.price = NEW_STARTER;
      return true;
    case "change_quantity": {
      const step = between(random, 1, 4);
      s.quantity = s.quantity > step && random() < 0.35 ? s.quantity - step : s.quantity + step;
      if (random() < 0.5 && "seats" in s.metadata) s.metadata = { ...s.metadata, seats: String(s.quantity) };
      return true;
    }
    case "campaign":
      s.metadata = { ...s.metadata, campaign: "autumn-2026", plan_tier: s.price.key.split("-")[0] ?? "" };
      return true;
    case "schedule_cancel":
      if (s.cancelAtPeriodEnd) return false;
      s.cancelAtPeriodEnd = true;
      s.canceledAt = planned.at;
      s.cancelReason = "cancellation_requested";
      return true;
    case "keep":
      if (!s.cancelAtPeriodEnd) return false;
      s.cancelAtPeriodEnd = false;
      s.canceledAt = null;
      s.cancelReason = null;
      return true;
    default:
      return false;
  }
}
