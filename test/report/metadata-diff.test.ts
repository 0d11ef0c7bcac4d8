import { expect, it } from "vitest";
import { metadataDiffHtml } from "../../src/report/metadata-diff";

const words = (html: string) =>
  html
    .replaceAll(/<\/li>/g, "\n")
    .replaceAll(/<[^>]+>/g, "")
    .trim();

it("tells per key what Stripe has, what only the database has and what changed", () => {
  const html = metadataDiffHtml({
    metadata: {
      added: { plan_tier: "gold" },
      removed: { legacy_ref: "crm-7" },
      changed: { seats: { database: "5", stripe: "7" }, region: { database: "", stripe: "eu" } },
    },
  });
  expect(words(html)).toBe(
    [
      "+ plan_tier gold only in Stripe",
      "− legacy_ref crm-7 only in the database",
      "≠ seats 5 → 7",
      `≠ region "" → eu`,
    ].join("\n"),
  );
});

it("shortens a long value and keeps it whole in the title", () => {
  const html = metadataDiffHtml({ metadata: { added: { note: "n".repeat(500) }, removed: {}, changed: {} } });
  expect(html).toContain(`<span title="${"n".repeat(500)}">${"n".repeat(48)}…`);
});

it("shows a difference in invisible characters", () => {
  const changed = { plan: { database: "gold ", stripe: "gold\u200b" } };
  expect(words(metadataDiffHtml({ metadata: { added: {}, removed: {}, changed } }))).toBe(
    "≠ plan gold␣ → gold[U+200B]",
  );
});

it("escapes keys and values", () => {
  const html = metadataDiffHtml({ metadata: { added: { "<b>": "<i>" }, removed: {}, changed: {} } });
  expect(html).not.toMatch(/<[bi]>/);
});

it("says that nothing is recorded when nothing is", () => {
  expect(words(metadataDiffHtml({}))).toBe("no difference recorded");
});
