import { describe, expect, it } from "vitest";
import { findConcentrations } from "../../src/drift/concentrations";
import type { Affected, Evidence } from "../../src/drift/evidence";
import type { Details } from "../../src/subscription";
import { oneAffected } from "./one-affected";

const count = (subscriptions: number): { subscriptions: number; changed: Map<number, number> } => ({
  subscriptions,
  changed: new Map(),
});

const POPULATION = new Map([
  ["all", new Map([["", count(1000)]])],
  [
    "tenant_id",
    new Map([
      ["large", count(900)],
      ["small", count(100)],
    ]),
  ],
  [
    "currency",
    new Map([
      ["usd", count(950)],
      ["sek", count(50)],
    ]),
  ],
  [
    "hour_of_day",
    new Map([
      ["03", count(20)],
      ["14", count(480)],
    ]),
  ],
  [
    "metadata_key",
    new Map([
      ["plan", count(1000)],
      ["seats", count(1000)],
      ["campaign", count(1000)],
    ]),
  ],
]);

/** What concentrates, as `dimension value count lift`. */
function found(affected: readonly Affected[]): string[] {
  const evidence: Evidence = { affected, expected: [], population: POPULATION, summary: null, takenAt: 0 };
  return findConcentrations(affected, evidence).map(
    ({ dimension, value, count: hit, lift }) => `${dimension} ${value} ${hit} ${lift.toFixed(1)}`,
  );
}

function some(number: number, own: Partial<Affected>, details: Details = {}): Affected[] {
  return Array.from({ length: number }, (_, index) => oneAffected(`sub_${index}`, own, details));
}

describe("what concentrates", () => {
  it.each<[string, Affected[], string[]]>([
    ["the largest tenant by being large", [...some(90, { tenant: "large" }), ...some(10, { tenant: "small" })], []],
    ["a small tenant that is hit alone", some(20, { tenant: "small" }), ["tenant_id small 20 10.0"]],
    ["fewer than five", some(4, { tenant: "small" }), []],
    ["a currency", some(12, {}, { currency: "sek" }), ["currency sek 12 20.0"]],
    [
      "an hour of the day, of those whose time is known",
      [...some(10, { changedAt: Date.UTC(2026, 2, 2, 3, 30) }), ...some(30, {})],
      ["hour_of_day 03 10 25.0"],
    ],
    [
      "a metadata key that every subscription has",
      some(8, {}, { metadata: { added: { plan: "pro" }, removed: {}, changed: {} } }),
      ["metadata_key plan 8 3.0"],
    ],
  ])("tells %s", (_, affected, expected) => {
    expect(found(affected)).toEqual(expected);
  });

  it("tells a customer by the subscriptions it has on either side", () => {
    const theirs = some(6, {}, { customer: { stripe: 6, live: 1, database: 4 } });
    const affected = [
      ...theirs.map((one) => ({
        ...one,
        rows: one.rows.map((row) => ({ ...row, discrepancy: { ...row.discrepancy, customer_id: "cus_1" } })),
      })),
      ...some(6, {}),
    ];
    expect(found(affected)).toEqual(["customer_id cus_1 6 83.3"]);
  });
});
