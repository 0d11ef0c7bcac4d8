import { writeFileSync } from "node:fs";
import { afterAll, expect, it } from "vitest";
import { sampleWorld } from "../../data/stand-in/sample-world";
import { openEngine } from "../../src/reconcile/open-engine";
import { isSameImage, type StripeImage, stripeImage } from "../../src/repair/stripe-image";
import { readSource } from "../../src/sources/read-source";
import type { ApiSubscription } from "../../src/sources/stripe-api/complete-items";
import { openWorkspace } from "../../src/sources/workspace";
import { makeFolder } from "../cli/run-recon";

const folder = makeFolder();
afterAll(() => folder.remove());

const COLUMNS = [
  ...["id", "customer_id", "status", "price_id", "quantity", "currency", "metadata", "current_period_start"],
  ...["current_period_end", "trial_start", "trial_end", "paused_at", "cancel_at_period_end", "cancel_at"],
  ...["canceled_at", "ended_at", "livemode", "test_clock", "created"],
] as const satisfies readonly (keyof StripeImage)[];

/** Subscriptions as the API sends them, some of them as older versions did or with several items. */
function apiSubscriptions(): ApiSubscription[] {
  const [account] = sampleWorld().accounts;
  const all = JSON.parse(JSON.stringify(account?.subscriptions)) as Record<string, unknown>[];
  return all.map((subscription, index) => changed(subscription, index) as unknown as ApiSubscription);
}

function changed(subscription: Record<string, unknown>, index: number): object {
  const { items, ...rest } = subscription as { items: { data: Record<string, unknown>[] } };
  const [item = {}] = items.data;
  const second = { ...item, price: { id: "price_second" }, current_period_end: 1_900_000_000, quantity: 9 };
  if (index % 7 === 1) return { ...rest, items: { ...items, data: [item, second] } };
  if (index % 7 === 2)
    return { ...rest, items: { data: [{ ...item, price: null }] }, customer: { id: "cus_expanded" } };
  if (index % 7 === 3)
    return { ...rest, items: { data: [] }, plan: { id: "plan_old" }, quantity: 4, current_period_start: 1_700_000_001 };
  if (index % 7 === 4)
    return { ...rest, items, test_clock: "clock_1", status_details: { paused: { transitioned_at: 1_700_000_002 } } };
  return subscription;
}

it("reads a subscription as the comparison does", async () => {
  const subscriptions = apiSubscriptions();
  const file = folder.free("stripe.ndjson");
  writeFileSync(file, subscriptions.map((each) => `${JSON.stringify(each)}\n`).join(""));
  const workspace = openWorkspace();
  const engine = await openEngine({ temporaryDirectory: workspace.file("spill") });
  const source = await readSource(file, { side: "stripe", asOf: undefined, config: null }, workspace);
  const columns = COLUMNS.map((name) => `${source.columns[name]} AS ${name}`);
  const rows = await engine.rows<Record<string, unknown>>(`SELECT ${columns.join(", ")} FROM ${source.relation}`);
  engine.close();
  workspace.close();
  expect(rows).toHaveLength(subscriptions.length);
  const read = new Map(rows.map((row) => [row["id"], row]));
  for (const subscription of subscriptions) {
    const image = stripeImage(subscription);
    const row = read.get(image.id);
    const { metadata, quantity, ...rest } = row as { metadata: string; quantity: string | null };
    const asRead = { ...rest, metadata: JSON.parse(metadata), quantity: quantity === null ? null : Number(quantity) };
    expect(asRead).toEqual({ ...image });
  }
});

it("is the same whatever the order of the metadata, and another when anything differs", () => {
  const [first] = apiSubscriptions();
  const image = stripeImage(first as ApiSubscription);
  const one = { ...image, metadata: { a: "1", b: "2" } };
  expect(isSameImage(one, { ...image, metadata: { b: "2", a: "1" } })).toBe(true);
  expect(isSameImage(one, { ...image, metadata: { a: "1", b: "3" } })).toBe(false);
  expect(isSameImage(image, { ...image, cancel_at: 5 })).toBe(false);
});
