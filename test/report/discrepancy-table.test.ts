import { JSDOM } from "jsdom";
import { expect, it } from "vitest";
import { discrepancyTableHtml } from "../../src/report/discrepancy-table";
import type { Discrepancy } from "../../src/subscription";

const MISSING: Discrepancy = {
  subscription_id: "sub_1",
  kind: "missing_in_database",
  disposition: "actionable",
  reason: null,
  customer_id: "cus_1",
  tenant_id: null,
  price_id: null,
  livemode: true,
  stripe_status: "active",
  database_status: null,
  changed_at: "2026-03-03T09:00:00Z",
  changed_at_basis: "stripe.created",
  stripe_created_at: null,
  database_created_at: null,
  database_updated_at: null,
  details: "{}",
};
const METADATA: Discrepancy = {
  ...MISSING,
  subscription_id: "sub_2",
  kind: "metadata_mismatch",
  disposition: "in_flight",
  reason: "changed_between_snapshots",
  database_status: "active",
  details: JSON.stringify({ metadata: { added: { tier: "gold" }, removed: {}, changed: {} } }),
};

it("one kind: only columns that hold something", () => {
  expect(rowsOf([MISSING, { ...MISSING, stripe_status: "trialing" }])).toEqual([
    ["Subscription", "In Stripe", "Disposition", "Customer", "Changed at (UTC)"],
    ["sub_1", "● active", "● actionable", "cus_1", "2026-03-03 09:00"],
    ["sub_1", "● trialing", "● actionable", "cus_1", "2026-03-03 09:00"],
  ]);
});

it("statuses are chips also when more is known of the customer", () => {
  const status: Discrepancy = {
    ...MISSING,
    kind: "status_mismatch",
    database_status: "canceled",
    details: JSON.stringify({ customer: { stripe: 2, live: 1, database: 2 } }),
  };
  expect(rowsOf([status])[1]?.slice(1, 3)).toEqual(["● canceled", "● active"]);
});

it("several kinds: what differs is spelled out, reasons are words", () => {
  expect(rowsOf([MISSING, METADATA])).toEqual([
    ["Subscription", "Kind", "Difference", "Disposition", "Customer", "Changed at (UTC)"],
    ["sub_1", "● missing_in_database", "+ status active only in Stripe", "● actionable", "cus_1", "2026-03-03 09:00"],
    [
      "sub_2",
      "● metadata_mismatch",
      "+ tier gold only in Stripe",
      "● in_flightit changed around the time of the two exports",
      "cus_1",
      "2026-03-03 09:00",
    ],
  ]);
});

it("no discrepancy: the words for it", () => {
  expect(discrepancyTableHtml([], { empty: "No discrepancies found" })).toContain("No discrepancies found");
});

function rowsOf(discrepancies: readonly Discrepancy[]): string[][] {
  const { document } = new JSDOM(discrepancyTableHtml(discrepancies, { empty: "" })).window;
  return [...document.querySelectorAll("tr")].map((row) => [...row.cells].map((cell) => cell.textContent ?? ""));
}
