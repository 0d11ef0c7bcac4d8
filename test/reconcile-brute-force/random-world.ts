import fc from "fast-check";
import type { JsonValue, Metadata, Row } from "./compare-by-hand";
import type { Form } from "./write-exports";

/** The pair every world has, so that it shares an id and every column shows what it holds. */
export const BASE: Row = {
  id: "sub_1TJbdsIgSzDCinL0gdUY8kCG",
  status: "active",
  metadata: { as: "object", entries: [["plan", "pro"]] },
  prices: ["price_base00"],
  quantity: "1",
  customer: "cus_FNM1Hv3NuKJphC",
  start: 1_790_000_003,
  end: 1_795_000_007,
  cancels: false,
  written: 1_750_000_001,
};

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("pro", "1", "true", "null", "1.5", "{}", "[]", "0", "a b", " pad ", "Pro") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "<img src=x onerror=alert(1)>",
      '=cmd|" /C calc"!A0',
      "o'clock",
      "a,b;c|d\te",
      "line\nfeed\r\n",
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "ünïcödé",
      "u\u0308",
      "\u00fc",
      "日本語",
      "👩‍👩‍👧",
      "\u202Eabc",
      "\\N",
      "\\u0041",
      "%00",
      "a\\b/c",
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }).filter((value) => !value.includes("\0")) },
);

const json: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom(null, "", true, false, 0, -1, 1, 42, 1.5, 9007199254740991, -0.25) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<JsonValue>(
      { a: "1" },
      { a: { b: null } },
      {},
      [],
      ["1", "1", "2"],
      ["1", "2", "2"],
      [1, "x", null],
    ),
  },
);

const key = fc.oneof(
  fc.constantFrom(
    "plan",
    "n",
    "Plan",
    "tenant_id",
    "",
    "a/b",
    "a~1b",
    "$.x",
    "__proto__",
    "constructor",
    "k'k",
    'k"k',
    "ключ",
  ),
  text,
);

const metadata: fc.Arbitrary<Metadata> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      as: fc.constantFrom("object" as const, "object" as const, "object" as const, "text" as const),
      entries: fc.array(fc.tuple(key, json), { maxLength: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant(null) },
  {
    weight: 2,
    arbitrary: fc.constantFrom("null", "[]", "{}", " {} ").map((value) => ({ as: "json" as const, json: value })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("5", "[1]", '"hello"').map((value) => ({ as: "json" as const, json: value })),
  },
);

const row: fc.Arbitrary<Omit<Row, "id">> = fc.record({
  status: fc.constantFrom("active", "ACTIVE", "canceled", "past_due", "trialing", "incomplete_expired", "unheard_of"),
  metadata,
  prices: fc.constantFrom([], ["price_a"], ["price_b"], ["price_a", "price_b"], ["price_b", "price_c"]),
  quantity: fc.constantFrom(null, "1", "2", "10"),
  customer: fc.constantFrom(null, "cus_1", "cus_2", "cus_'x\""),
  start: fc.constantFrom(null, 1_790_000_003, 1_790_000_004, 1_790_000_063),
  end: fc.constantFrom(null, 1_795_000_007, 1_795_003_607),
  cancels: fc.constantFrom(null, true, false),
  written: fc.integer({ min: 1_700_000_000, max: 1_780_000_000 }),
});

const id = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.integer({ min: 0, max: 60 }).map((n) => `sub_1TJb${String(n).padStart(3, "0")}IgSzDCinL0gdUY8kCG`),
  },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 0, max: 4 })
      .map((n) => [" sub_p1", "sub_p1 ", "sub_p1", "  sub_p2", "sub_p2"][n] as string),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "SUB_A",
      "sub_a",
      "sub_ü",
      "sub_u\u0308",
      "sub_👍",
      "=cmd()",
      "@SUM(1)",
      "o'id",
      'q"id',
      "a,b",
      "l\nf",
      "0",
      "true",
      "-1",
      "<b>",
      `sub_${"x".repeat(5000)}`,
      "sub_x\t",
      "\u00a0sub_nb",
    ),
  },
);

/** Words only a database has. */
const foreign = fc.constantFrom("cancelled", "Past-Due", "pastDue", "trial", "expired", " active ", "blocked", null);

/** One id with what each side has of it: alike, changed here and there, or on one side alone. */
const subscription = fc
  .record({
    id,
    ours: row,
    theirs: row,
    like: fc.record({ status: fc.boolean(), metadata: fc.boolean(), fields: fc.boolean(), order: fc.boolean() }),
    foreign,
    usesForeign: fc.integer({ min: 0, max: 5 }),
    sides: fc.constantFrom("both", "both", "both", "both", "stripe", "database"),
  })
  .map(({ id, ours, theirs, like, foreign, usesForeign, sides }) => {
    // An export shows one quantity only where there is one item, and no period where there is none.
    const isPlain = ours.prices.length === 1;
    const s: Row = { ...ours, id, quantity: isPlain ? ours.quantity : null };
    const d: Row = {
      ...(like.fields ? ours : theirs),
      id,
      prices: (like.fields ? ours : theirs).prices.slice(0, 1),
      status: usesForeign === 0 ? foreign : like.status ? ours.status : theirs.status,
      metadata: like.metadata ? shuffled(ours.metadata, like.order) : shuffled(theirs.metadata, false),
      written: theirs.written,
    };
    return { stripe: sides === "database" ? [] : [s], database: sides === "stripe" ? [] : [d] };
  });

/**
 * The same entries in another order, as jsonb has them; a key that stands twice keeps its last value. What is no object on both
 * sides is never the same text: a pair alike to the letter is not looked at again.
 */
function shuffled(value: Metadata, reorders: boolean): Metadata {
  if (value?.as === "json") return ["5", "[1]", '"hello"'].includes(value.json) ? { as: "json", json: "true" } : value;
  if (value === null || !reorders) return value;
  return { as: value.as, entries: [...new Map(value.entries)].reverse() };
}

/** Two exports of some dozen subscriptions, nasty in every column, in any form. */
export const world = fc.record({
  subscriptions: fc.array(subscription, { minLength: 10, maxLength: 60 }),
  stripeForm: fc.constantFrom<Form>("csv", "json", "lines", "pretty", "glued"),
  databaseForm: fc.constantFrom<Form>("csv", "json", "lines", "pretty", "glued"),
});
