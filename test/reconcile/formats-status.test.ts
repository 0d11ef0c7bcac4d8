import { describe, expect, it } from "vitest";
import { meaningOf, normalizeStatus } from "../../src/reconcile/status-words";
import { STATUSES } from "../../src/subscription";

describe("meaningOf", () => {
  it.each(STATUSES)("%s is Stripe's own word", (status) => {
    expect(meaningOf(status)).toEqual({ statuses: [status], foreign: false });
  });

  it.each([
    ["Active", ["active"]],
    [" active ", ["active"]],
    ["pastDue", ["past_due"]],
    ["PAST DUE", ["past_due"]],
    ["Past-Due", ["past_due"]],
    ["overdue", ["past_due"]],
    ["incomplete-expired", ["incomplete_expired"]],
    ["cancelled", ["canceled"]],
    ["cancelling", ["active", "trialing", "past_due"]],
    ["on_trial", ["trialing"]],
    ["expired", ["incomplete_expired", "canceled"]],
    ["Archived", ["archived"]],
    ["gold", []],
    ["", []],
    ["toString", []],
    ["__proto__", []],
  ])("%j means %j", (word, statuses) => {
    expect(meaningOf(word)).toEqual({ statuses, foreign: true });
  });

  it("archived is our own word", () => {
    expect(meaningOf("archived")).toEqual({ statuses: ["archived"], foreign: false });
  });

  it.each([
    ["1", { "1": "active" }, ["active"]],
    ["1", { "1": ["canceled", "incomplete_expired"] }, ["canceled", "incomplete_expired"]],
    ["1", { "1": "cancelled" }, ["canceled"]],
    ["1", { "1": "frozen" }, ["frozen"]],
    ["active", { active: "past_due" }, ["past_due"]],
    ["2", { "1": "active" }, []],
  ] as const)("%j by %j means %j", (word, configured, statuses) => {
    expect(meaningOf(word, configured as Record<string, string>).statuses).toEqual(statuses);
  });
});

it("a status is one word", () => {
  expect(["Past-Due", "pastDue", " past  due ", "PAST_DUE"].map(normalizeStatus)).toEqual(Array(4).fill("past_due"));
});
