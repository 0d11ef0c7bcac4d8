import { type Client, escapeIdentifier } from "pg";
import type { Found } from "../reconcile/read-found";
import type { BothSides } from "./both-sides";
import { type Draft, draftChange } from "./draft-change";
import type { MappedTable } from "./map-table";
import { type StripeImage, stripeImage } from "./stripe-image";

/** Drafts a change for each subscription of which something is to be repaired. */
export async function draftAll(
  found: readonly Found[],
  sides: BothSides,
  mapped: MappedTable,
  reportKeys: ReadonlySet<string>,
  client: Client,
): Promise<readonly Draft[]> {
  const images = new Map<string, StripeImage>();
  for (const [id, answer] of sides.stripe)
    if (answer.kind === "found") images.set(id, stripeImage(answer.subscription));
  const stripeKeys = new Set(reportKeys);
  for (const { metadata } of images.values()) for (const key of Object.keys(metadata)) stripeKeys.add(key);
  const samples = [...sides.database.values()].flat();
  const byId = groupById(found);
  const missing = found.filter(({ kind }) => kind === "missing_in_database");
  const customers = missing.map((each) => images.get(each.subscription_id)?.customer_id ?? "");
  const tenants = await tenantsOf(client, mapped, customers);
  return [...byId].map(([id, all]) => {
    const image = images.get(id) ?? null;
    const row = sides.database.get(id)?.[0] ?? null;
    const tenantOfCustomer = tenants.get(image?.customer_id ?? "") ?? null;
    return draftChange({ id, found: all, image, row, samples, stripeKeys, tenantOfCustomer }, mapped);
  });
}

function groupById(found: readonly Found[]): Map<string, Found[]> {
  const groups = new Map<string, Found[]>();
  for (const each of found) groups.set(each.subscription_id, [...(groups.get(each.subscription_id) ?? []), each]);
  return groups;
}

/** Customer → its tenant, by its other rows; a customer of several tenants has none. */
async function tenantsOf(
  client: Client,
  { table, columns: { customer_id, tenant_id } }: MappedTable,
  customers: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (customer_id === undefined || tenant_id === undefined || customers.length === 0) return new Map();
  const [customer, tenant] = [customer_id.name, tenant_id.name].map(escapeIdentifier);
  const { rows } = await client.query<{ customer: string; tenant: string }>(
    `SELECT ${customer}::text AS customer, min(${tenant}::text) AS tenant
     FROM ${table.sql}
     WHERE ${customer}::text = ANY ($1) AND ${tenant} IS NOT NULL
     GROUP BY ${customer}::text
     HAVING count(DISTINCT ${tenant}) = 1`,
    [customers],
  );
  return new Map(rows.map((row) => [row.customer, row.tenant]));
}
