import { afterAll, describe, expect, it } from "vitest";
import { FIELDS } from "../../src/reconcile/comparison";
import type { Summary } from "../../src/reconcile/summary";
import { DISPOSITIONS, KINDS } from "../../src/subscription";
import { DATABASE_FORMATS } from "./fixtures-database";
import { ALL_OF_DATABASE, ALL_OF_STRIPE, type Carried, expectedFindings } from "./fixtures-expected";
import { type RunResult, removeRuns, run } from "./fixtures-run";
import {
  ANSWER,
  DATABASE_CSV,
  DATABASE_ROWS,
  DATABASE_TEXT,
  type Finding,
  STRIPE_CSV,
  SUBSCRIPTIONS,
} from "./fixtures-sample";
import { API_LIST, STRIPE_FORMATS } from "./fixtures-stripe";

afterAll(removeRuns);

/** Our names of the fields, and what the fixtures call them. */
const FIELD_MEMBERS = {
  price_id: "price",
  quantity: "quantity",
  customer_id: "customer",
  current_period_start: "periodStart",
  current_period_end: "periodEnd",
  cancel_at_period_end: "cancelAtPeriodEnd",
} as const satisfies Record<(typeof FIELDS)[number], string>;

function lines(findings: readonly Finding[]): string[] {
  return findings.map((each) =>
    [each.subscription_id, each.kind, each.disposition, each.reason ?? ""].join(" ").trimEnd(),
  );
}

function countsOf(findings: readonly Finding[]): Record<string, Record<string, number>> {
  return Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      Object.fromEntries(
        DISPOSITIONS.map((disposition) => [
          disposition,
          findings.filter((each) => each.kind === kind && each.disposition === disposition).length,
        ]),
      ),
    ]),
  );
}

/** Whatever the formats do not carry must be named, and nothing else. */
function expectNotCompared(summary: Summary, carried: Carried, also: readonly string[] = []): void {
  const named = summary.not_compared.map(({ what }) => what);
  for (const field of FIELDS) {
    const member = FIELD_MEMBERS[field];
    const isCarried = carried.stripe.includes(member) && carried.database.includes(member);
    expect({ [field]: !named.includes(field) }).toEqual({ [field]: isCarried });
  }
  const hasMetadata = carried.stripe.includes("metadata") && carried.database.includes("metadata");
  expect(named.includes("metadata")).toBe(!hasMetadata);
  expect(named).toEqual(expect.arrayContaining([...also]));
  for (const { why } of summary.not_compared) expect(why).not.toBe("");
}

/** What the report says of an input: whence its rows are, and of which mode. */
function expectDescribed(
  input: Summary["inputs"]["stripe"],
  created: readonly (number | null)[] | null,
  hasMode: boolean,
  step = 1,
): void {
  const iso = (time: number) => `${new Date(Math.floor(time / step) * step * 1000).toISOString().slice(0, 19)}Z`;
  const times = created?.flatMap((time) => time ?? []) ?? [];
  expect([input.created_from, input.created_to]).toEqual(
    created === null ? [null, null] : [iso(Math.min(...times)), iso(Math.max(...times))],
  );
  expect(input.livemode).toBe(hasMode ? "live" : "unknown");
  expect(input.as_of_basis).toBe("option");
}

function expectEqual(result: RunResult, carried: Carried): void {
  const expected = expectedFindings(carried);
  expect(lines(result.findings)).toEqual(lines(expected));
  expect(result.summary.counts).toEqual({
    stripe: SUBSCRIPTIONS.length,
    database: DATABASE_ROWS.length,
    matched: DATABASE_ROWS.filter(({ id }) => SUBSCRIPTIONS.some((each) => each.id === id)).length,
    ...countsOf(expected),
  });
  expect(result.summary.inputs.stripe.rejected + result.summary.inputs.database.rejected).toBe(0);
}

it("the plain loops agree with the known answer", () => {
  const everything = { stripe: ALL_OF_STRIPE, database: ALL_OF_DATABASE };
  expect(lines(expectedFindings(everything))).toEqual(lines(ANSWER.discrepancies));
});

it("the sample's Dashboard export against its table", async () => {
  const { findings, summary } = await run({ stripe: { path: STRIPE_CSV }, database: { path: DATABASE_CSV } });
  expect(findings).toEqual(ANSWER.discrepancies);
  expect(summary.counts).toEqual(ANSWER.counts);
  expect(summary.inputs.stripe.format).toBe("Stripe Dashboard CSV");
});

describe("a Stripe export against the default table", () => {
  it.each(STRIPE_FORMATS)("$title", async (format) => {
    const result = await run({
      stripe: format.text(),
      ...(format.metadataText === undefined ? {} : { stripeMetadata: format.metadataText() }),
      database: DATABASE_TEXT,
    });
    const carried: Carried = {
      stripe: format.carries,
      database: ALL_OF_DATABASE,
      timeStep: format.timeStep,
      grace: format.grace,
    };
    expect(result.summary.inputs.stripe.format).toBe(format.format);
    expect(result.summary.inputs.stripe.rows).toBe(SUBSCRIPTIONS.length);
    const created = SUBSCRIPTIONS.map((each) => each.created);
    expectDescribed(result.summary.inputs.stripe, created, format.carries.includes("livemode"), format.timeStep);
    expectNotCompared(result.summary, carried, format.alsoNotCompared);
    if (format.withheld === undefined) {
      expect(result.summary.withheld).toEqual([]);
      expectEqual(result, carried);
    } else {
      expect(result.summary.withheld).toEqual([
        { kind: "missing_in_stripe", reason: expect.stringMatching(format.withheld), rows: expect.any(Number) },
      ]);
      const claims = expectedFindings(carried).filter(({ kind }) => kind !== "missing_in_stripe");
      expect(lines(result.findings)).toEqual(lines(claims));
    }
  });
});

describe("a database export against the API's list", () => {
  it.each(DATABASE_FORMATS)("$title", async (format) => {
    const result = await run({
      stripe: API_LIST,
      database: format.text(),
      ...(format.config === undefined ? {} : { config: format.config }),
    });
    const carried: Carried = {
      stripe: ALL_OF_STRIPE,
      database: format.carries,
      rows: format.rows,
      grace: format.grace,
    };
    expect(result.summary.inputs.database.format).toBe(format.format);
    expect(result.summary.inputs.database.rows).toBe(DATABASE_ROWS.length);
    const created = format.carries.includes("created") ? DATABASE_ROWS.map((each) => each.created) : null;
    expectDescribed(result.summary.inputs.database, created, format.carries.includes("livemode"));
    expectNotCompared(result.summary, carried);
    expect(result.summary.withheld).toEqual([]);
    expectEqual(result, carried);
  });
});
