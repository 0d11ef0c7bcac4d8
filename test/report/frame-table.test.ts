import { JSDOM } from "jsdom";
import { expect, it } from "vitest";
import { toFrame } from "../../src/report/frame";
import { frameHtml } from "../../src/report/frame-table";

const ROWS = [
  { subscription_id: "sub_1", stripe_status: "active", changed_at: "2026-03-03T09:00:00Z", seats: 5, note: "<b>" },
  { subscription_id: "sub_2", stripe_status: null, changed_at: null, seats: null, note: null },
];

it("shows ids, statuses, times and numbers as such, and what is missing as missing", () => {
  const { document } = new JSDOM(frameHtml(toFrame(ROWS), { caption: "Two" })).window;
  expect([...document.querySelectorAll("tr")].map((row) => [...row.cells].map((cell) => cell.textContent))).toEqual([
    ["subscription_id", "stripe_status", "changed_at (UTC)", "seats", "note"],
    ["sub_1", "● active", "2026-03-03 09:00", "5", "<b>"],
    ["sub_2", "–", "–", "–", "–"],
  ]);
  expect(document.querySelector("td")?.getAttribute("data-id")).toBe("sub_1");
  expect(document.querySelector(".rc-caption")?.textContent).toBe("Two");
});

it("says how many rows it leaves out, and that there are none", () => {
  const many = toFrame(Array.from({ length: 60 }, (_, n) => ({ n })));
  expect(frameHtml(many)).toContain("showing 50 of 60");
  expect(frameHtml(many.query(many.n.gt(99)))).toContain("No rows");
  expect(frameHtml(toFrame([]))).toContain("No rows");
});
