import { afterAll, describe, expect, it } from "vitest";
import { removeRuns, run } from "./fixtures-run";
import {
  type ApiObject,
  csv,
  id,
  page,
  row,
  SMALL_LIST,
  SMALL_ROWS,
  type SmallRow,
  subscription,
  TIMES,
  upTo,
  utc,
} from "./fixtures-small";

afterAll(removeRuns);

const changed = (cells: (n: number) => SmallRow): string => csv(upTo(24).map((n) => row(n, cells(n))));
const listed = (members: (n: number) => ApiObject): string => page(upTo(24).map((n) => subscription(n, members(n))));

describe("statuses", () => {
  const spelled: Readonly<Record<string, string>> = {
    active: "ACTIVE",
    trialing: "on_trial",
    past_due: "Past-Due",
    canceled: "cancelled",
    paused: "Paused",
    unpaid: "unpaid",
  };

  it("in other spellings are vocabulary and no mismatch", async () => {
    const { short, summary } = await run({
      stripe: SMALL_LIST,
      database: changed((n) => ({ status: spelled[String(row(n)["status"])] ?? null })),
    });
    expect(short).toEqual([]);
    expect(summary.vocabulary).toEqual([
      { word: "ACTIVE", statuses: ["active"], rows: 4 },
      { word: "Past-Due", statuses: ["past_due"], rows: 4 },
      { word: "Paused", statuses: ["paused"], rows: 4 },
      { word: "cancelled", statuses: ["canceled"], rows: 4 },
      { word: "on_trial", statuses: ["trialing"], rows: 4 },
    ]);
  });

  it("as numbers are what the configuration says, in British spelling, too", async () => {
    const numbers: Readonly<Record<string, string>> = {
      active: "1",
      trialing: "2",
      past_due: "3",
      canceled: "4",
      paused: "5",
      unpaid: "5",
    };
    const database = changed((n) => ({ status: numbers[String(row(n)["status"])] ?? null }));
    const statuses = { "1": "active", "2": "trialing", "3": "past_due", "4": "cancelled", "5": ["paused", "unpaid"] };
    expect((await run({ stripe: SMALL_LIST, database, config: { database: { statuses } } })).short).toEqual([]);
    const unknown = await run({ stripe: SMALL_LIST, database });
    expect(new Set(unknown.findings.map(({ reason }) => reason))).toEqual(new Set(["unknown_database_status"]));
  });

  it("that name a property of every object are only unknown", async () => {
    const database = changed((n) => (n === 1 ? { status: "constructor" } : {}));
    const { short } = await run({ stripe: SMALL_LIST, database });
    expect(short).toEqual([`${id(1)} status_mismatch review`]);
  });

  it("as the Dashboard may write them for people are Stripe's", async () => {
    const stripe = csv(
      upTo(24).map((n) => ({
        id: id(n),
        "Customer ID": `cus_Small${n}`,
        Status: String(row(n)["status"])
          .replace(/^./, (letter) => letter.toUpperCase())
          .replace("_", " "),
        "Created (UTC)": utc(TIMES.created + n).slice(0, 16),
      })),
    );
    const { short, rows } = await run({ stripe, database: changed((n) => (n === 2 ? { status: "active" } : {})) });
    expect(short).toEqual([`${id(2)} status_mismatch actionable`]);
    expect(rows[0]?.["stripe_status"]).toBe("past_due");
  });

  it("that are blank differ", async () => {
    const database = changed((n) => (n === 5 ? { status: null } : {}));
    expect((await run({ stripe: SMALL_LIST, database })).short).toEqual([`${id(5)} status_mismatch actionable`]);
  });
});

describe("metadata", () => {
  const of = (n: number) => ({ tier: `gold-${n}`, seats: "7" });
  it.each<[string, (n: number) => string]>([
    ["with numbers and booleans", (n) => JSON.stringify({ tier: `gold-${n}`, seats: 7 })],
    ["with empty values", (n) => JSON.stringify({ ...of(n), note: "", other: null })],
    ["encoded twice", (n) => JSON.stringify(JSON.stringify(of(n)))],
    ["with white space", (n) => ` ${JSON.stringify(of(n), null, 2)} `],
    ["with a key twice, the last of which counts", (n) => `{"tier": "old", "seats": "7", "tier": "gold-${n}"}`],
  ])("%s are the same", async (_, print) => {
    expect((await run({ stripe: SMALL_LIST, database: changed((n) => ({ metadata: print(n) })) })).short).toEqual([]);
  });

  it.each(["", "{}", "[]", "null", "{ }"])("that are empty may be written %s", async (text) => {
    const { short } = await run({
      stripe: listed((n) => (n % 2 === 0 ? { metadata: {} } : {})),
      database: changed((n) => (n % 2 === 0 ? { metadata: text } : {})),
    });
    expect(short).toEqual([]);
  });

  it.each<[string, (n: number) => string, string]>([
    ["no JSON (hstore)", (n) => `"tier"=>"gold-${n}", "seats"=>"7"`, "does not hold JSON objects"],
    ["no JSON (Python)", (n) => `{'tier': 'gold-${n}', 'seats': '7'}`, "does not hold JSON objects"],
    ["the app's own", (n) => `{"theme":"dark","visits":${n}}`, "share no metadata key"],
  ])("that are %s are not compared, and all else is", async (_, print, why) => {
    const database = changed((n) => ({ metadata: print(n), ...(n === 2 ? { status: "active" } : {}) }));
    const { short, summary } = await run({ stripe: SMALL_LIST, database });
    expect(short).toEqual([`${id(2)} status_mismatch actionable`]);
    expect(summary.not_compared).toEqual([{ what: "metadata", why: expect.stringContaining(why) }]);
    expect(summary.inputs.database.rejected).toBe(0);
  });

  it("of the app's own are not compared with subscriptions that have none", async () => {
    const database = changed((n) => ({ metadata: `{"theme":"dark","visits":${n}}` }));
    const { short, summary } = await run({ stripe: listed(() => ({ metadata: {} })), database });
    expect(short).toEqual([]);
    expect(summary.not_compared.map(({ what }) => what)).toEqual(["metadata"]);
  });

  it("that lost one key in every row differ in every row", async () => {
    const { findings } = await run({
      stripe: SMALL_LIST,
      database: changed((n) => ({ metadata: `{"tier":"gold-${n}"}` })),
    });
    expect(findings.map(({ kind }) => kind)).toEqual(Array(24).fill("metadata_mismatch"));
  });
});

describe("ids of customers and prices", () => {
  it.each<[string, (n: number) => SmallRow, (n: number) => ApiObject, readonly string[]]>([
    ["the app's own customers", (n) => ({ customer_id: n }), () => ({}), ["customer_id"]],
    ["the app's own prices", () => ({ price_id: "Gold yearly" }), () => ({}), ["price_id"]],
    [
      "customers named before Stripe gave ids",
      (n) => ({ customer_id: `user-${n}` }),
      (n) => ({ customer: `user-${n}` }),
      [],
    ],
    [
      "plans named before Stripe gave ids",
      () => ({ price_id: "gold" }),
      () => ({ items: { data: [{ plan: { id: "gold" }, quantity: 2 }] }, plan: { id: "gold" } }),
      ["current_period"],
    ],
  ])("%s", async (_, cells, members, notCompared) => {
    const { findings, summary } = await run({ stripe: listed(members), database: changed(cells) });
    const named = summary.not_compared.map(({ what }) => what);
    if (notCompared[0] === "current_period") {
      expect(findings).toEqual([]);
      expect(named).toEqual([]);
    } else {
      expect(findings).toEqual([]);
      expect(named.filter((what) => what !== "other subscriptions of a customer")).toEqual(notCompared);
    }
  });

  it("prices by nickname in a Stripe export are not held against ids", async () => {
    const stripe = csv(
      upTo(24).map((n) => ({
        id: id(n),
        "Customer ID": `cus_Small${n}`,
        Plan: "Gold",
        Status: String(row(n)["status"]),
      })),
    );
    const { short, summary } = await run({ stripe, database: csv(SMALL_ROWS) });
    expect(short).toEqual([]);
    expect(summary.not_compared.map(({ what }) => what)).toContain("price_id");
  });

  it("as JSON in a cell are the ids in it", async () => {
    const stripe = csv(
      upTo(24).map((n) => ({
        id: id(n),
        customer: JSON.stringify({ id: `cus_Small${n}`, object: "customer", email: null }),
        plan: JSON.stringify({ id: "price_SmallA", object: "plan" }),
        status: String(row(n)["status"]),
        created: TIMES.created + n,
      })),
    );
    const { short, rows } = await run({ stripe, database: changed((n) => (n === 2 ? { status: "active" } : {})) });
    expect(short).toEqual([`${id(2)} status_mismatch actionable`]);
    expect(rows[0]).toMatchObject({ customer_id: "cus_Small2", price_id: "price_SmallA" });
  });

  it("of flattened items are read from the first, and joined where there are more", async () => {
    const cells = (n: number) => ({
      id: id(n),
      "customer.id": `cus_Small${n}`,
      status: String(row(n)["status"]),
      created: TIMES.created + n,
      "items.data.0.price.id": "price_SmallA",
      "items.data.0.quantity": 2,
      "items.data.0.current_period_end": TIMES.periodEnd,
      "items.data.1.price.id": n === 1 ? "price_SmallB" : null,
      "metadata.tier": `gold-${n}`,
      "metadata.seats": "7",
    });
    const database = changed((n) =>
      n === 1 ? { price_id: "price_SmallB", quantity: 9 } : n === 2 ? { price_id: "price_SmallB" } : {},
    );
    const { short, summary } = await run({ stripe: csv(upTo(24).map(cells)), database });
    expect(short).toEqual([`${id(2)} field_mismatch actionable`]);
    expect(summary.not_compared.map(({ what }) => what)).toEqual([
      "current_period_start",
      "cancel_at_period_end",
      "other metadata keys",
    ]);
    expect(summary.inputs.stripe.format).toBe("flattened API CSV");
  });
});

it("of a table generated from whole objects the objects count", async () => {
  const cells = (n: number) => ({
    _raw_data: JSON.stringify(subscription(n)),
    _last_synced_at: "2026-10-30 00:00:00+00",
    id: id(n),
    current_period_end: null,
    customer: `cus_Small${n}`,
  });
  const { short, summary } = await run({ stripe: SMALL_LIST, database: csv(upTo(24).map(cells)) });
  expect(short).toEqual([]);
  expect(summary.not_compared).toEqual([]);
});

it("a copy that Fivetran makes every six hours lacks what is newer", async () => {
  const fivetran = csv(
    upTo(24).map((n) => ({
      id: id(n),
      customer_id: `cus_Small${n}`,
      status: String(row(n)["status"]),
      created: utc(TIMES.created + n),
      _fivetran_synced: "2026-11-02 00:30:00",
    })),
  );
  const database = csv([...SMALL_ROWS, row(30, { created_at: "2026-11-02 01:00:00+00" })]);
  const { findings } = await run({ stripe: fivetran, database });
  expect(findings.map(({ subscription_id, reason }) => [subscription_id, reason])).toEqual([
    [id(30), "created_between_snapshots"],
  ]);
});

describe("rows that are no subscription of Stripe as it is now", () => {
  const paddle = upTo(30).map((n) => ({ ...row(n), id: `sub_01hv8x29kz0t586xy6zn1a${String(n).padStart(4, "0")}` }));
  it.each<[string, string]>([
    [
      "of another provider",
      csv([
        ...SMALL_ROWS.map((each) => ({ ...each, provider: "stripe" })),
        ...paddle.map((each) => ({ ...each, provider: "paddle" })),
      ]),
    ],
    [
      "of another of Pay's processors",
      csv([
        ...SMALL_ROWS.map((each) => ({ ...each, type: "Pay::Stripe::Subscription" })),
        ...paddle.map((each) => ({ ...each, type: "Pay::PaddleBilling::Subscription" })),
      ]),
    ],
  ])("%s are left out, and the report says so", async (_, database) => {
    const { short, summary } = await run({ stripe: SMALL_LIST, database });
    expect(short).toEqual([]);
    expect(summary.counts.database).toBe(24);
    expect(summary.not_compared).toEqual([
      { what: expect.stringContaining("database.txt"), why: expect.stringContaining("other providers") },
    ]);
  });

  it("by the configuration", async () => {
    const database = csv([
      ...SMALL_ROWS.map((each) => ({ ...each, source: "a" })),
      ...paddle.map((each) => ({ ...each, source: "b" })),
    ]);
    const config = { database: { only: { source: ["a"] } } };
    expect((await run({ stripe: SMALL_LIST, database, config })).short).toEqual([]);
    await expect(
      run({ stripe: SMALL_LIST, database, config: { database: { only: { origin: ["a"] } } } }),
    ).rejects.toMatchObject({ code: "no_such_column" });
  });

  it("rows without a subscription are no subscription", async () => {
    const database = csv([...SMALL_ROWS, { ...row(30), id: null, status: "free" }]);
    const { short, summary } = await run({ stripe: SMALL_LIST, database });
    expect(short).toEqual([]);
    expect(summary.inputs.database.rejected).toBe(0);
  });

  it("rows deleted softly are the app's own doing", async () => {
    const orphan = row(30, { deleted_at: "2026-05-05 00:00:00+00" });
    const database = csv([...SMALL_ROWS.map((each) => ({ ...each, deleted_at: null })), orphan]);
    const { findings } = await run({ stripe: SMALL_LIST, database });
    expect(findings).toEqual([
      { subscription_id: id(30), kind: "missing_in_stripe", disposition: "expected", reason: "archived_earlier" },
    ]);
  });
});

it("a database without any time says what it cannot tell of an orphan", async () => {
  const database = csv(upTo(25).map((n) => ({ id: id(n), status: String(row(n)["status"]) })));
  const { findings, summary } = await run({ stripe: SMALL_LIST, database });
  expect(findings.map(({ subscription_id }) => subscription_id)).toEqual([id(25)]);
  expect(summary.not_compared.map(({ what }) => what)).toEqual(
    expect.arrayContaining(["creation of orphans", "other subscriptions of a customer"]),
  );
});

describe("Sigma's second file", () => {
  const sigma = csv(
    upTo(24).map((n) => ({
      id: n === 3 ? ` ${id(n)} ` : id(n),
      customer_id: `cus_Small${n}`,
      status: String(row(n)["status"]),
      price_id: "price_SmallA",
      billing_cycle_anchor: utc(TIMES.created),
      batch_timestamp: 1,
      created: utc(TIMES.created + n),
    })),
  );
  const entries = upTo(24).flatMap((n) => [
    { subscription_id: id(n), key: "tier", value: n === 9 ? "silver" : `gold-${n}` },
    { subscription_id: id(n), key: "seats", value: "7" },
    { subscription_id: id(n), key: "unset", value: null },
  ]);

  it("is joined by the subscription, also where an id has spaces", async () => {
    const stripeMetadata = csv([...entries, { subscription_id: id(2), key: null, value: "lost" }]);
    const { short, summary } = await run({ stripe: sigma, stripeMetadata, database: csv(SMALL_ROWS) });
    expect(short).toEqual([`${id(9)} metadata_mismatch actionable`]);
    expect(summary.inputs.stripe.also_read).toHaveLength(1);
  });

  it("has to have its three columns", async () => {
    await expect(
      run({ stripe: sigma, stripeMetadata: "id,key,value\n1,2,3\n", database: csv(SMALL_ROWS) }),
    ).rejects.toMatchObject({ code: "bad_metadata_file" });
  });
});
