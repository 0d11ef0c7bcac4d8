import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { ALL_OF_DATABASE, expectedFindings } from "./fixtures-expected";
import { removeRuns, run } from "./fixtures-run";
import { DATABASE_TEXT, type StripeSubscription, SUBSCRIPTIONS } from "./fixtures-sample";
import { csv, id, page, row, SMALL_LIST, SMALL_ROWS, type SmallRow, subscription, TIMES, upTo } from "./fixtures-small";
import { API_LIST, DASHBOARD_HEADERS, dashboardCsv } from "./fixtures-stripe";

afterAll(removeRuns);

const DASHBOARD_CARRIES: readonly (keyof StripeSubscription)[] = [
  "id",
  "customer",
  "status",
  "price",
  "quantity",
  "metadata",
  "created",
  "periodStart",
  "periodEnd",
  "trialStart",
  "trialEnd",
  "canceledAt",
  "endedAt",
];

describe("a Dashboard export, written otherwise", () => {
  const shuffled = [...DASHBOARD_HEADERS].sort((a, b) => (a.slice(1) < b.slice(1) ? -1 : 1));
  it.each([
    ["with semicolons", dashboardCsv({ delimiter: ";" })],
    ["with tabs, without a byte order mark", dashboardCsv({ delimiter: "\t", byteOrderMark: false })],
    ["with CRLF and shuffled columns", dashboardCsv({ newline: "\r\n", order: shuffled })],
    ["with a lower-case header", dashboardCsv({ header: (name) => name.toLowerCase() })],
  ])("%s", async (_, text) => {
    const { findings, summary } = await run({ stripe: text, database: DATABASE_TEXT });
    expect(findings).toEqual(expectedFindings({ stripe: DASHBOARD_CARRIES, database: ALL_OF_DATABASE, timeStep: 60 }));
    expect(summary.inputs.stripe).toMatchObject({ format: "Stripe Dashboard CSV", rejected: 0, livemode: "unknown" });
    expect(summary.inputs.stripe.created_from).toMatch(/^2024-11-01T/);
  });

  it("with an upper-case header keeps the metadata out: the letter case of their keys is gone", async () => {
    const text = dashboardCsv({ header: (name) => name.toUpperCase() });
    const { findings, summary } = await run({ stripe: text, database: DATABASE_TEXT });
    const carried = DASHBOARD_CARRIES.filter((name) => name !== "metadata");
    expect(findings).toEqual(expectedFindings({ stripe: carried, database: ALL_OF_DATABASE, timeStep: 60 }));
    expect(summary.not_compared).toContainEqual({ what: "metadata", why: expect.stringContaining("letter case") });
  });

  it("with the two columns there have to be", async () => {
    const text = dashboardCsv({ order: ["id", "Status"] });
    const { findings, summary } = await run({ stripe: text, database: DATABASE_TEXT });
    expect(findings).toEqual(expectedFindings({ stripe: ["id", "status"], database: ALL_OF_DATABASE }));
    expect(summary.not_compared.map(({ what }) => what)).toEqual([
      "price_id",
      "quantity",
      "customer_id",
      "current_period_start",
      "current_period_end",
      "cancel_at_period_end",
      "metadata",
      "other subscriptions of a customer",
      "creation of subscriptions",
    ]);
  });

  it("with some of the metadata columns compares those keys alone", async () => {
    const order = ["id", "Status", "tenant_id (metadata)"];
    const { findings, summary } = await run({ stripe: dashboardCsv({ order }), database: DATABASE_TEXT });
    expect(findings.filter(({ kind }) => kind === "metadata_mismatch")).toEqual([]);
    expect(summary.not_compared).toContainEqual({ what: "other metadata keys", why: expect.stringContaining("1 key") });
  });
});

describe("content decides, not the name", () => {
  it.each([
    ["gzip called .csv", "stripe.csv", gzipSync(API_LIST), "Stripe API JSON (CLI) (gzip)"],
    ["JSON called .xlsx", "stripe.xlsx", Buffer.from(API_LIST), "Stripe API JSON (CLI)"],
    ["CSV called .json", "stripe.json", Buffer.from(dashboardCsv()), "Stripe Dashboard CSV"],
    ["gzip of a CSV called .ndjson", "stripe.ndjson", gzipSync(dashboardCsv()), "Stripe Dashboard CSV (gzip)"],
  ])("%s", async (_, name, bytes, format) => {
    const { summary } = await run({ stripe: bytes, names: { stripe: name }, database: DATABASE_TEXT });
    expect(summary.inputs.stripe.format).toBe(format);
    expect(summary.counts.stripe).toBe(SUBSCRIPTIONS.length);
  });

  it("a database export in gzip", async () => {
    const { short, summary } = await run({
      stripe: SMALL_LIST,
      database: gzipSync(csv(SMALL_ROWS)),
      names: { database: "db.csv" },
    });
    expect(short).toEqual([]);
    expect(summary.inputs.database.format).toBe("subscriptions table (psql COPY) (gzip)");
  });
});

describe("a time", () => {
  const { periodStart, periodEnd } = TIMES;
  const pad = (time: string) => time.padEnd(19, ":00");
  const utc = (seconds: number, length = 19) =>
    new Date(seconds * 1000).toISOString().slice(0, length).replace("T", " ");
  it.each<[string, (seconds: number) => string]>([
    ["Unix seconds", (seconds) => String(seconds)],
    ["Unix seconds that pandas made floats", (seconds) => `${seconds}.0`],
    ["Unix seconds with a fraction", (seconds) => `${seconds}.987`],
    ["milliseconds", (seconds) => String(seconds * 1000 + 999)],
    ["microseconds", (seconds) => String(seconds * 1_000_000 + 999_999)],
    ["nanoseconds", (seconds) => `${seconds}999999999`],
    ["ISO 8601", (seconds) => `${utc(seconds).replace(" ", "T")}.999Z`],
    ["timestamptz of a server in India", (seconds) => `${utc(seconds + 19_800)}+05:30`],
    ["timestamptz of a server in California", (seconds) => `${utc(seconds - 28_800)}-08`],
    ["without a zone", (seconds) => utc(seconds)],
    ["as DBeaver prints it", (seconds) => `${utc(seconds)}.000 +0000`],
    ["as DataGrip prints it", (seconds) => `${utc(seconds + 7_200)}.000000 +02:00`],
    ["as Go prints it", (seconds) => `${utc(seconds)} +0000 UTC`],
    ["as BigQuery prints it", (seconds) => `${utc(seconds)} UTC`],
    ["cut to the minute", (seconds) => utc(seconds, 16)],
    ["cut to the minute, with seconds", (seconds) => pad(utc(seconds, 16))],
    ["cut to the day", (seconds) => utc(seconds, 10)],
    ["cut to the day, with a time", (seconds) => `${utc(seconds, 10)} 00:00:00`],
  ])("%s is the same instant", async (_, print) => {
    const rows = upTo(24).map((n) =>
      row(n, {
        current_period_start: print(periodStart),
        // One that differs by a day shows that the column is compared at all.
        current_period_end: print(n === 7 ? periodEnd + 86_400 : periodEnd),
      }),
    );
    const { short, summary } = await run({ stripe: SMALL_LIST, database: csv(rows) });
    expect(short).toEqual([`${id(7)} field_mismatch actionable`]);
    expect(summary.not_compared).toEqual([]);
  });

  it.each([
    ["as a spreadsheet writes it in America", "11/3/2026 4:05"],
    ["as one writes it in Germany", "03.11.2026 04:05"],
    ["in words", "Nov 3, 2026, 4:05 AM"],
    ["in hours of half a day", "2026-11-03 04:05:06 AM"],
    ["as Java prints it", "2026-11-03T04:05:06+01:00[Europe/Berlin]"],
    ["as a number of days", "46329.17"],
    ["as a date without dashes", "20261103"],
  ])("%s is not compared, and the report says so", async (_, text) => {
    const rows = SMALL_ROWS.map((each) => ({ ...each, current_period_end: text }));
    const { short, summary } = await run({ stripe: SMALL_LIST, database: csv(rows) });
    expect(short).toEqual([]);
    expect(summary.not_compared).toEqual([
      { what: "current_period_end", why: expect.stringContaining(`"current_period_end"`) },
    ]);
    expect(summary.not_compared[0]?.why).toContain(text);
  });

  it("that is infinity differs and does not stop the run", async () => {
    const rows = SMALL_ROWS.map((each, index) => (index === 3 ? { ...each, current_period_end: "infinity" } : each));
    const { short } = await run({ stripe: SMALL_LIST, database: csv(rows) });
    expect(short).toEqual([`${id(4)} field_mismatch actionable`]);
  });
});

describe("a table with more columns than one expects", () => {
  const small = (cells: (each: SmallRow, n: number) => SmallRow): string =>
    csv(SMALL_ROWS.map((each, index) => cells(each, index + 1)));

  it.each<[string, string]>([
    [
      "ids of its own that begin with sub_",
      small(({ id: stripe, ...rest }, n) => ({
        id: `sub_01hz${n}own`,
        stripe_subscription_id: stripe ?? null,
        ...rest,
      })),
    ],
    ["a status of its own", small((each) => ({ ...each, status: "enabled", stripe_status: each["status"] ?? null }))],
    [
      "metadata of its own",
      small((each) => ({ ...each, metadata: '{"theme":"dark"}', stripe_metadata: each["metadata"] ?? null })),
    ],
    ["a price of its own", small((each, n) => ({ ...each, price_id: n, stripe_price_id: each["price_id"] ?? null }))],
    ["a count of items", small((each) => ({ ...each, items: 3 }))],
    ["an empty column of a better name", small((each) => ({ ...each, stripe_status: null, stripe_customer_id: null }))],
    [
      "a limit of seats",
      small(({ quantity, ...each }) => ({ ...each, stripe_quantity: quantity ?? null, seats: 500 })),
    ],
    ["a deleted_at nobody filled", small((each) => ({ ...each, deleted_at: null }))],
    ["earlier subscriptions of each row", small((each, n) => ({ previous_id: n > 2 ? id(n - 2) : null, ...each }))],
  ])("%s is read as the copy it is", async (_, text) => {
    const { short, summary } = await run({ stripe: SMALL_LIST, database: text });
    expect(short).toEqual([]);
    expect(summary.counts.matched).toBe(24);
    expect(summary.not_compared).toEqual([]);
  });

  const join = (first: readonly string[], second: readonly string[], cells: (n: number) => Record<string, string>) => {
    const header = [...first, ...second].map((name) => name.slice(2));
    const lines = upTo(24).map((n) => [...first, ...second].map((name) => cells(n)[name] ?? ""));
    return [header, ...lines].map((line) => line.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join("\n");
  };
  const joined = (n: number) => ({
    "s.id": id(n),
    "s.status": String(row(n)["status"]),
    "s.metadata": String(row(n)["metadata"]),
    "s.created_at": String(row(n)["created_at"]),
    "s.updated_at": String(row(n)["updated_at"]),
    "c.id": `cus_Small${n}`,
    "c.metadata": '{"seats":"1","tier":"none"}',
    "c.created_at": "2020-01-01 00:00:00+00",
    "c.email": `a${n}@example.com`,
  });
  const SUBSCRIPTION = ["s.id", "s.status", "s.metadata", "s.created_at", "s.updated_at"];
  const CUSTOMER = ["c.id", "c.metadata", "c.created_at", "c.email"];

  it.each([
    ["customer after subscription", join(SUBSCRIPTION, CUSTOMER, joined)],
    ["customer before subscription", join(CUSTOMER, SUBSCRIPTION, joined)],
  ])("of a join, %s, the columns of the subscription count", async (_, text) => {
    const { short, summary } = await run({ stripe: SMALL_LIST, database: text });
    expect(short).toEqual([]);
    expect(summary.not_compared.map(({ what }) => what)).not.toContain("metadata");
  });

  it("refuses two columns of one name where it cannot be seen which one counts", async () => {
    const text = join(
      ["c.metadata", "c.email"],
      ["s.metadata", "s.id", "s.status", "s.created_at", "s.updated_at"],
      joined,
    );
    await expect(run({ stripe: SMALL_LIST, database: text })).rejects.toMatchObject({ code: "ambiguous_column" });
    const config = { database: { columns: { metadata: "metadata_2" } } };
    expect((await run({ stripe: SMALL_LIST, database: text, config })).short).toEqual([]);
  });
});

describe("a cell without a value", () => {
  it.each(["NULL", "null", "[NULL]", "None", "\\N"])("may be written %s", async (word) => {
    const rows = SMALL_ROWS.map((each, index) =>
      index % 6 === 0 ? { ...each, quantity: word, metadata: word } : each,
    );
    const free = { ...row(1), id: word, status: "free" };
    const list = page(
      upTo(24).map((n) => subscription(n, (n - 1) % 6 === 0 ? { metadata: {}, items: { data: [noQuantity()] } } : {})),
    );
    const { short, summary } = await run({ stripe: list, database: csv([...rows, free]) });
    expect(short).toEqual([]);
    expect(summary.inputs.database.rejected).toBe(0);
  });

  const noQuantity = () => ({
    price: { id: "price_SmallA" },
    quantity: null,
    current_period_start: TIMES.periodStart,
    current_period_end: TIMES.periodEnd,
  });

  it("is no metadata key in a Dashboard export, but the word null is a value", async () => {
    const stripe = csv(
      upTo(24).map((n) => ({ id: id(n), Status: String(row(n)["status"]), "note (metadata)": n < 3 ? "null" : null })),
    );
    const rows = upTo(24).map((n) => row(n, { metadata: n < 4 ? '{"note":"null"}' : "{}" }));
    const { short } = await run({ stripe, database: csv(rows) });
    expect(short).toEqual([`${id(3)} metadata_mismatch actionable`]);
  });
});

it("psql's COPY without CSV doubles backslashes and writes \\N", async () => {
  const metadata = { tier: "gold-4", seats: "7", note: 'say "hi"\nthere \\o/' };
  const rows = upTo(24).map((n) => row(n, n === 4 ? { metadata: JSON.stringify(metadata) } : {}));
  const names = Object.keys({ ...rows[0], archived_at: null });
  const cell = (value: unknown) => (value == null ? "\\N" : String(value).replaceAll("\\", "\\\\"));
  const database = [names, ...rows.map((each) => names.map((name) => cell(each[name])))].map((line) => line.join("\t"));
  const list = page(upTo(24).map((n) => subscription(n, n === 4 ? { metadata } : {})));
  const { short, summary } = await run({ stripe: list, database: `${database.join("\n")}\n` });
  expect(short).toEqual([]);
  expect(summary.inputs.database.rejected).toBe(0);
});

it.each([
  ["an export of Stripe", "id,Customer ID,Status,Created (UTC)\n", csv(SMALL_ROWS)],
  ["a database export", SMALL_LIST, `${csv(SMALL_ROWS).split("\n", 1)[0]}\n`],
])("%s with a header alone is refused: all of the other would seem to be missing", async (_, stripe, database) => {
  await expect(run({ stripe, database })).rejects.toMatchObject({ code: "no_rows" });
});

describe("booleans", () => {
  it.each([
    ["TRUE", "FALSE"],
    ["Y", "N"],
    ["on", "off"],
    ["1", "0"],
  ])("%s and %s", async (yes, no) => {
    const rows = SMALL_ROWS.map((each) => ({
      ...each,
      cancel_at_period_end: each["cancel_at_period_end"] === "t" ? yes : no,
    }));
    expect((await run({ stripe: SMALL_LIST, database: csv(rows) })).short).toEqual([]);
  });

  it("that are none are not compared", async () => {
    const rows = SMALL_ROWS.map((each) => ({ ...each, cancel_at_period_end: "maybe" }));
    const { short, summary } = await run({ stripe: SMALL_LIST, database: csv(rows) });
    expect(short).toEqual([]);
    expect(summary.not_compared.map(({ what }) => what)).toEqual(["cancel_at_period_end"]);
  });
});
