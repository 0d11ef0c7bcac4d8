import { expect, it } from "vitest";
import { fieldDiffHtml } from "../../src/report/field-diff";

it("tells per field the database's value and Stripe's", () => {
  const html = fieldDiffHtml({
    fields: {
      quantity: { stripe: "7", database: "5" },
      trial_end: { stripe: null, database: "2026-02-01T00:00:00Z" },
      price_id: { stripe: "price_2", database: null },
    },
  });
  expect(html.replaceAll(/<\/li>/g, "\n").replaceAll(/<[^>]+>/g, "")).toBe(
    "≠ quantity 5 → 7\n− trial_end 2026-02-01 00:00:00Z only in the database\n+ price_id price_2 only in Stripe\n",
  );
});
