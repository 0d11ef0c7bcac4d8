import { describe, expect, it } from "vitest";
import { plainName } from "../../src/sources/column";
import { recognizeCsv } from "../../src/sources/format";

describe("recognizeCsv", () => {
  it.each([
    ["id,Customer ID,Plan,Status,Created (UTC)", "dashboard-csv"],
    ["id,customer id,status,created (utc)", "dashboard-csv"],
    ["id,Status", "other-table"],
    ["id,object,customer,status,items,last_synced_at", "sync-engine"],
    ["_raw_data,_last_synced_at,_account_id,id,status", "sync-engine"],
    ["_fivetran_start,id,_fivetran_active,_fivetran_synced,customer_id,status,billing_cycle_anchor", "fivetran"],
    ["id,batch_timestamp,billing_cycle_anchor,customer_id,status,price_id", "sigma-csv"],
    ["djstripe_id,id,djstripe_created,billing_cycle_anchor,customer_id,status,plan_id", "dj-stripe"],
    ["id,user_id,type,stripe_id,stripe_status,stripe_price,quantity,created_at,updated_at", "cashier"],
    ["id,customer_id,name,processor_id,processor_plan,status,created_at,updated_at", "pay"],
    ["id,plan,referenceId,stripeCustomerId,stripeSubscriptionId,status,periodEnd", "better-auth"],
    ["id,user_id,status,metadata,price_id,quantity,created,ended_at", "vercel-starter"],
    ["id,customer_id,tenant_id,status,created_at,updated_at", "default-table"],
    ["id,billing_cycle_anchor,customer_id,status,price_id,updated_at", "default-table"],
    ["id,customer,status,created,metadata", "api-csv"],
    ["id,customer.id,status,created", "api-csv"],
    ["ref,phase", "other-table"],
  ])("%s is %s", (header, name) => {
    const names = header.split(",");
    expect(recognizeCsv(names, names.map(plainName)).name).toBe(name);
  });
});
