import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { removeRuns, run } from "./fixtures-run";
import { ANSWER, DATABASE_CSV, type Finding, PAGES } from "./fixtures-sample";
import {
  type ApiObject,
  csv,
  id,
  item,
  itemList,
  page,
  row,
  SMALL_LIST,
  SMALL_ROWS,
  subscription,
  TIMES,
  upTo,
} from "./fixtures-small";

afterAll(removeRuns);

const text = (pages: readonly object[]): string => pages.map((each) => JSON.stringify(each, null, 2)).join("\n");
const withoutOrphans = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ kind }) => kind !== "missing_in_stripe");

describe("pages appended to one another", () => {
  it.each<[string, readonly object[]]>([
    ["in order", PAGES],
    ["oldest but one first, then the others", [...PAGES.slice(0, -1).reverse(), ...PAGES.slice(-1)]],
    ["last page first", [...PAGES].reverse()],
    ["with a page twice", [...PAGES.slice(0, 3), ...PAGES.slice(2)]],
  ])("%s are one list", async (_, pages) => {
    const { findings, summary } = await run({ stripe: text(pages), database: { path: DATABASE_CSV } });
    expect(findings).toEqual(ANSWER.discrepancies);
    expect(summary.withheld).toEqual([]);
    expect(summary.counts).toEqual(ANSWER.counts);
  });

  it("of another filter do not continue a list that was cut off", async () => {
    const all = PAGES.flatMap(({ data }) => data);
    const list = (data: readonly object[], has_more: boolean) => ({
      object: "list",
      data,
      has_more,
      url: "/v1/subscriptions",
    });
    const canceled = all.filter(({ status }) => status === "canceled");
    const lists = [
      list(canceled.slice(0, 20), true),
      list(
        all.filter(({ status }) => status !== "canceled"),
        false,
      ),
    ];
    const { findings, summary } = await run({ stripe: text(lists), database: { path: DATABASE_CSV } });
    expect(findings.filter(({ kind }) => kind === "missing_in_stripe")).toEqual([]);
    expect(summary.withheld).toMatchObject([
      { kind: "missing_in_stripe", reason: expect.stringContaining('"has_more": true') },
    ]);
  });

  it.each<[string, readonly object[]]>([
    ["the first page alone", PAGES.slice(0, 1)],
    ["all but the last", PAGES.slice(0, -1)],
  ])("%s has more to come, so nothing is called missing in Stripe", async (_, pages) => {
    const { findings, summary } = await run({ stripe: text(pages), database: { path: DATABASE_CSV } });
    const ids = new Set(pages.flatMap((each) => (each as { data: { id: string }[] }).data.map((object) => object.id)));
    const inDatabase = [...ids].filter(
      (each) =>
        !ANSWER.discrepancies.some(
          ({ subscription_id, kind }) => subscription_id === each && kind === "missing_in_database",
        ),
    );
    expect(summary.withheld).toEqual([
      {
        kind: "missing_in_stripe",
        reason: expect.stringContaining('"has_more": true'),
        rows: Number(ANSWER.counts["database"]) - inDatabase.length,
      },
    ]);
    expect(findings).toEqual(withoutOrphans(ANSWER.discrepancies).filter((each) => ids.has(each.subscription_id)));
  });

  it("in gzip", async () => {
    const { findings } = await run({ stripe: gzipSync(text(PAGES)), database: { path: DATABASE_CSV } });
    expect(findings).toEqual(ANSWER.discrepancies);
  });
});

describe("what is no list of all subscriptions", () => {
  const rows = csv(SMALL_ROWS);
  it.each([
    ["a single subscription, canceled", JSON.stringify(subscription(3)), /single subscription/],
    ["a single subscription, active", JSON.stringify(subscription(6), null, 2), /single subscription/],
    [
      "a search result",
      JSON.stringify({ object: "search_result", data: upTo(9).map((n) => subscription(n)), has_more: false }),
      /search/,
    ],
  ])("%s claims nothing missing in Stripe", async (_, stripe, reason) => {
    const { short, summary } = await run({ stripe, database: rows });
    expect(short).toEqual([]);
    expect(summary.withheld).toEqual([
      { kind: "missing_in_stripe", reason: expect.stringMatching(reason), rows: expect.any(Number) },
    ]);
    expect(summary.verdict).toBe("incomparable");
  });

  const stripe = (objects: readonly ApiObject[]): string => page(objects);
  it.each([
    [
      "an error of the API",
      JSON.stringify({ error: { code: "resource_missing", message: "No such" } }),
      "stripe_error",
    ],
    ["an empty list", stripe([]), "no_rows"],
    [
      "invoices, which name subscriptions",
      stripe(upTo(9).map((n) => ({ id: `in_Small${n}`, object: "invoice", subscription: id(n), status: "paid" }))),
      "no_subscriptions",
    ],
    [
      "schedules, whose ids begin alike",
      stripe(upTo(9).map((n) => ({ id: `sub_sched_Small${n}`, object: "subscription_schedule", status: "active" }))),
      "no_subscriptions",
    ],
    [
      "events about subscriptions",
      stripe(upTo(9).map((n) => ({ id: `evt_${n}`, object: "event", data: { object: subscription(n) } }))),
      "no_subscriptions",
    ],
    [
      "a CSV of invoices",
      csv(upTo(9).map((n) => ({ id: `in_1Small${n}`, Subscription: id(n), Customer: "cus_a", Status: "paid" }))),
      "no_subscriptions",
    ],
    [
      "a CSV of subscription items",
      csv(upTo(9).map((n) => ({ id: `si_Small${n}`, subscription_id: id(n), status: "active" }))),
      "no_subscriptions",
    ],
  ])("%s is refused", async (_, given, code) => {
    await expect(run({ stripe: given, database: rows })).rejects.toMatchObject({ code });
  });

  it("exports given in each other's place are refused", async () => {
    await expect(run({ stripe: rows, database: SMALL_LIST })).rejects.toMatchObject({ code: "swapped" });
    await expect(run({ stripe: SMALL_LIST, database: SMALL_LIST.replace("[", "[ ") })).rejects.toMatchObject({
      code: "swapped",
    });
  });
});

/** One subscription and its row changed; the rest of the small world is equal. */
async function withOne(members: ApiObject, cells: Parameters<typeof row>[1] = {}): ReturnType<typeof run> {
  const list = page([
    subscription(1, members),
    ...upTo(24)
      .slice(1)
      .map((n) => subscription(n)),
  ]);
  return run({ stripe: list, database: csv([row(1, cells), ...SMALL_ROWS.slice(1)]) });
}

describe("a subscription", () => {
  const later = TIMES.periodEnd + 86_400 * 300;
  it.each<[string, ApiObject, Parameters<typeof row>[1]]>([
    ["with its customer expanded", { customer: { id: "cus_Small1", object: "customer", email: "a@example.com" } }, {}],
    ["of a deleted customer", { customer: { id: "cus_Small1", object: "customer", deleted: true } }, {}],
    ["with its plan at the top", { plan: { id: "price_SmallA", object: "plan" }, quantity: 2 }, {}],
    ["with a status Stripe added later", { status: "frozen" }, { status: "frozen" }],
    [
      "with several items, of which the database keeps one, and the earliest end",
      { items: itemList(item("price_SmallB", 5), item("price_SmallA", 1, TIMES.periodStart - 9, later)) },
      { quantity: 5 },
    ],
    ...["{price_A,price_B}", '["price_B", "price_A"]', "price_B, price_A"].map(
      (prices): [string, ApiObject, Parameters<typeof row>[1]] => [
        `whose prices the row lists as ${prices}`,
        { items: itemList(item("price_B"), item("price_A")) },
        { price_id: prices, quantity: null },
      ],
    ),
    [
      "with more items than stand in it",
      { items: { ...itemList(...upTo(10).map((n) => item(`price_Many${n}`, 1, 5, 6))), has_more: true } },
      {},
    ],
    ["with times of nested numbers as text", { created: String(TIMES.created + 1) }, {}],
  ])("%s equals its row", async (_, members, cells) => {
    const { short, summary } = await withOne(members, cells);
    expect(short).toEqual([]);
    expect(summary.inputs.stripe.rejected).toBe(0);
  });

  it.each<[string, ApiObject, Parameters<typeof row>[1], string]>([
    ["a status Stripe added later", { status: "frozen" }, {}, "status_mismatch"],
    ["another expanded customer", { customer: { id: "cus_Other" } }, {}, "field_mismatch"],
    ["another price before basil", { items: itemList(), plan: { id: "price_Old" } }, {}, "field_mismatch"],
    ["no price of several", { items: itemList(item("price_B"), item("price_C")) }, {}, "field_mismatch"],
  ])("with %s differs", async (_, members, cells, kind) => {
    const { findings } = await withOne(members, cells);
    expect(findings.map((each) => [each.subscription_id, each.kind])).toEqual([[id(1), kind]]);
  });

  it("of a status neither side is known to have is unknown in the database, for a person to look at", async () => {
    const { findings, summary } = await withOne({}, { status: "zombie" });
    expect(findings).toEqual([
      {
        subscription_id: id(1),
        kind: "status_mismatch",
        disposition: "review",
        reason: "unknown_database_status",
      },
    ]);
    expect(summary.vocabulary).toEqual([{ word: "zombie", statuses: [], rows: 1 }]);
  });
});

describe("rows of a table as JSON", () => {
  it.each<[string, (n: number) => object]>([
    ["with their metadata as an object", (n) => ({ ...row(n), metadata: subscription(n)["metadata"] })],
    ["with members that are left out where they are null", (n) => (n < 3 ? row(n) : { ...row(n), archived_at: null })],
    [
      "with Fivetran's earlier versions",
      (n) => ({ ...row(n), _fivetran_active: true, _fivetran_synced: "2026-10-30T00:00:00Z" }),
    ],
  ])("%s", async (_, object) => {
    const rows = upTo(24).map(object);
    const old = { ...row(1), status: "incomplete", _fivetran_active: false };
    const text = [...("_fivetran_active" in (rows[0] ?? {}) ? [old] : []), ...rows]
      .map((each) => JSON.stringify(each))
      .join("\n");
    const { short, summary } = await run({ stripe: SMALL_LIST, database: text });
    expect(short).toEqual([]);
    expect(summary.inputs.database).toMatchObject({ format: "table rows as JSON", rows: 24 });
  });

  it("are an export of Stripe, too, when they come from a warehouse", async () => {
    const stripe = upTo(24)
      .map((n) => {
        const { customer_id, created_at, updated_at, ...cells } = row(n) as Record<string, unknown>;
        return JSON.stringify({ ...cells, customer: customer_id, created: TIMES.created + n });
      })
      .join("\n");
    const { short, summary } = await run({ stripe, database: csv(SMALL_ROWS) });
    expect(short).toEqual([]);
    expect(summary.inputs.stripe.format).toBe("flattened API CSV");
  });
});
