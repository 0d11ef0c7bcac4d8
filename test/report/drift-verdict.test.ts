import { expect, it } from "vitest";
import { nextStepHtml } from "../../src/report/drift-next-step";
import { driftVerdictHtml } from "../../src/report/drift-verdict";
import { NO_PATTERN, OUTAGE, partOf } from "./drift-fixture";

it("answers first, says in words how sure that is, and what else was found", () => {
  const banner = partOf(driftVerdictHtml(OUTAGE), ".rc-banner");
  expect([...banner.querySelectorAll("p")].map((line) => line.textContent)).toEqual([
    "! Attention",
    OUTAGE.headline,
    "Confidence 0.94 (strong): nearly all the evidence points there; confirm it once, then act.",
    "Also found: Changes by hand in the database, 6 subscriptions, confidence 0.42 (weak).",
    `Next: ${OUTAGE.next_step}`,
  ]);
});

it("says that there is no pattern, and the next step", () => {
  const banner = partOf(driftVerdictHtml(NO_PATTERN), ".rc-banner");
  expect([...banner.querySelectorAll("p")].map((line) => line.textContent)).toEqual([
    "! Attention",
    NO_PATTERN.headline,
    `Next: ${NO_PATTERN.next_step}`,
  ]);
});

it.each([
  ["everything was looked at", [], "✓ All clear"],
  ["something could not be looked at", [{ what: "missing_in_stripe", why: "no ids are shared" }], "! Attention"],
])("nothing affected, %s", (_, not_tested, word) => {
  const clean = { ...NO_PATTERN, subscriptions: 0, discrepancies: 0, not_tested };
  expect(partOf(driftVerdictHtml(clean), ".rc-banner-word").textContent).toBe(word);
});

it("the next step names the first cause's once, and the way on for the others", () => {
  const next = partOf(nextStepHtml(OUTAGE), ".rc-next");
  expect(next.querySelector("p")?.textContent).toBe(OUTAGE.next_step);
  expect([...next.querySelectorAll("li")].map((item) => item.textContent)).toEqual([
    "Changes by hand in the database. Confirm: Ask who wrote these rows. Then: Action 2, one by one.",
  ]);
  expect(partOf(nextStepHtml(NO_PATTERN), ".rc-next").textContent?.trim()).toBe(NO_PATTERN.next_step);
});
