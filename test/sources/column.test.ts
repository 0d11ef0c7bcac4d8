import { describe, expect, it } from "vitest";
import { plainName } from "../../src/sources/column";

describe("plainName", () => {
  it.each([
    ["id", "id"],
    ["ID", "id"],
    ["Customer ID", "customer_id"],
    ["CUSTOMER ID", "customer_id"],
    ["customer.id", "customer_id"],
    ["Current Period End (UTC)", "current_period_end"],
    ["current period end (utc)", "current_period_end"],
    ["Created (America/New_York)", "created_america_new_york"],
    ["currentPeriodEnd", "current_period_end"],
    ["stripeCustomerID", "stripe_customer_id"],
    ["STRIPE_SUBSCRIPTION_ID", "stripe_subscription_id"],
    ["Stripe-Subscription-Id", "stripe_subscription_id"],
    ["_raw_data", "raw_data"],
    ["_fivetran_active", "fivetran_active"],
    ["items.data.0.price.id", "items_data_0_price_id"],
    ["plan__id", "plan_id"],
    [" status ", "status"],
    ["", ""],
  ])("%j → %j", (header, name) => {
    expect(plainName(header)).toBe(name);
  });
});
