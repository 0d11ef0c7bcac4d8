import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { affectedIdsHtml } from "../../src/report/drift-affected-ids";
import { causesHtml } from "../../src/report/drift-causes";
import { affectedId, NO_PATTERN, OUTAGE, partOf } from "./drift-fixture";

describe("causesHtml", () => {
  it("gives the evidence for and against each cause, how to confirm it and what then", () => {
    const [first, second] = [...new JSDOM(causesHtml(OUTAGE)).window.document.querySelectorAll("section")];
    expect(first?.querySelector("p")?.textContent).toBe("1. Missed webhooks missed_webhooks");
    const lists = (section: Element | undefined) =>
      [...(section?.querySelectorAll("ul") ?? [])].map((list) =>
        [...list.querySelectorAll("li")].map((item) => item.textContent),
      );
    expect(lists(first)).toEqual([OUTAGE.causes[0]?.supporting, OUTAGE.causes[0]?.contradicting]);
    expect(lists(second)[1]).toEqual(["Nothing was found against it."]);
    const facts = [...(first?.querySelectorAll("dt") ?? [])].map((name) => [
      name.textContent,
      name.nextElementSibling?.textContent,
    ]);
    expect(facts).toEqual([
      ["Confidence", "0.94 (strong): nearly all the evidence points there; confirm it once, then act."],
      ["When", "2026-10-14 21:40 – 2026-10-17 06:15 UTC"],
      ["Explains", "116 subscriptions"],
      ["Confirm by", OUTAGE.causes[0]?.confirm_by],
      ["Then", OUTAGE.causes[0]?.action],
    ]);
  });

  it("lists what could not be looked at", () => {
    expect(partOf(causesHtml(OUTAGE), "tbody").textContent?.trim()).toBe(
      "webhook_secret_rotatedno webhook log was given",
    );
  });

  it("says so when no cause fits", () => {
    expect(causesHtml(NO_PATTERN)).toContain("No cause fits these discrepancies better than chance.");
  });
});

describe("affectedIdsHtml", () => {
  it("lists the first ids of each cause, one a line, and says where the rest is", () => {
    const { document } = new JSDOM(affectedIdsHtml(OUTAGE)).window;
    const lists = [...document.querySelectorAll("pre")].map((list) => list.textContent?.split("\n") ?? []);
    expect(lists.map((ids) => ids.length)).toEqual([50, 6]);
    expect(lists[0]?.[0]).toBe(affectedId(1));
    expect([...document.querySelectorAll(".rc-note")].map((note) => note.textContent)).toEqual([
      "showing 50 of 116, the rest in findings.json",
      "6 subscriptions",
    ]);
  });

  it("says so when no cause names one", () => {
    expect(affectedIdsHtml(NO_PATTERN)).toContain("No cause names a subscription.");
  });
});
