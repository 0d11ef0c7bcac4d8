import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import type { FaultKind } from "../../data/stand-in/faults";
import { generateSubscriptions } from "../../data/stand-in/generate-subscriptions";
import { sampleWorld } from "../../data/stand-in/sample-world";
import { reconcile } from "../../src/reconcile/reconcile";
import { readSidecar } from "../../src/sources/sidecar";
import { exportStripe } from "../../src/sources/stripe-api/export-stripe";
import { connectTo, freshPath, readExport, standInWith, subscription, subscriptions, withLists } from "./world";

const DATA = join(__dirname, "..", "..", "data");

it.each([
  { of: "none", count: 0, step: 1 },
  { of: "one", count: 1, step: 1 },
  { of: "a page", count: 100, step: 1 },
  { of: "a page and one", count: 101, step: 1 },
  { of: "one a second", count: 3000, step: 1 },
  { of: "one a day", count: 3000, step: 86_400 },
  { of: "many in the same second", count: 3000, step: 0.004 },
  { of: "all in the same second", count: 1000, step: 0 },
])("every subscription once, newest first: $of", async ({ count, step }) => {
  const all = subscriptions(count, step);
  const out = freshPath();
  const exported = await exportStripe(await connectTo(await standInWith(all)), { out });
  expect(readFileSync(out, "utf8")).toBe(
    all
      .sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1))
      .map((each) => `${JSON.stringify(each)}\n`)
      .join(""),
  );
  expect(exported).toMatchObject({ path: out, rows: count, continued: false });
  expect(readdirSync(dirname(out)).sort()).toEqual(["stripe.ndjson", "stripe.ndjson.meta.json"]);
});

it("dense stretches are divided: several ranges are paged at once", async () => {
  const standIn = await standInWith(generateSubscriptions({ count: 5000, from: 1_640_000_000, to: 1_780_000_000 }), {
    latencyMs: 30,
  });
  let [atOnce, most] = [0, 0];
  standIn.onRequest = () => {
    most = Math.max(most, ++atOnce);
    setTimeout(() => atOnce--, 30);
  };
  await exportStripe(await connectTo(standIn), { out: freshPath() });
  expect(most).toBeGreaterThan(5);
  const pages = standIn.requests.filter(({ path }) => path.startsWith("/v1/subscriptions"));
  const fresh = pages.filter(({ path }) => !path.includes("starting_after")).length;
  expect(fresh).toBeGreaterThan(5);
  expect(pages.length).toBeLessThan(130);
});

it("the sidecar knows what the export is, and the compressed export holds the same", async () => {
  const all = subscriptions(250, 60);
  const connection = await connectTo(await standInWith(all));
  const [plain, compressed] = [freshPath(), freshPath("stripe.ndjson.gz")];
  await exportStripe(connection, { out: plain });
  await exportStripe(connection, { out: compressed });
  expect(readExport(compressed)).toEqual(readExport(plain));
  for (const path of [plain, compressed]) {
    expect(await readSidecar(path, "stripe")).toMatchObject({
      account_id: "acct_1AAAAAStandInAcc",
      livemode: true,
      api_version: "2026-10-28.endive",
      rows: 250,
      complete: true,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  }
});

it("recon diff reads it as complete, and gives the known answer", async () => {
  const out = freshPath();
  const { accounts, now } = sampleWorld();
  const [account] = accounts;
  const standIn = await standInWith([], { accounts, ...(now === undefined ? {} : { now }) });
  const connection = await connectTo(standIn, { key: `rk_live_standin_${account?.id}` });
  const clock = [new Date("2026-11-02T06:00:00Z")];
  await exportStripe(connection, { out, now: () => clock.shift() ?? new Date("2026-11-02T06:00:41Z") });
  const { summary } = await reconcile({
    stripe: out,
    database: join(DATA, "db_subscriptions.csv"),
    out: dirname(freshPath()),
  });
  expect(summary.counts).toEqual(JSON.parse(readFileSync(join(DATA, "answer.json"), "utf8")).counts);
  expect(summary.inputs.stripe).toMatchObject({ complete: "yes" });
});

it("what is created or changed while it pages is neither lost nor met twice", async () => {
  const all = subscriptions(1500, 3600);
  const standIn = await standInWith(all);
  const account = standIn.account("acct_1AAAAAStandInAcc");
  let born = 0;
  standIn.onRequest = ({ path }) => {
    if (!path.startsWith("/v1/subscriptions")) return;
    const created = Math.floor(Date.now() / 1000) + 5 + born;
    const id = `sub_new${String(born++).padStart(3, "0")}`;
    account.subscriptions.set(id, subscription({ id, created }));
    for (const each of all.slice(born * 40, born * 40 + 40))
      account.subscriptions.set(each.id, { ...each, status: "canceled", metadata: { changed: String(born) } });
  };
  const out = freshPath();
  const started = Math.floor(Date.now() / 1000);
  await exportStripe(await connectTo(standIn), { out });
  expect(born).toBeGreaterThan(10);
  expect(readExport(out).map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  const sidecar = await readSidecar(out, "stripe");
  expect(Date.parse(sidecar?.started_at ?? "") / 1000).toBeGreaterThanOrEqual(started - 1);
});

it.each<FaultKind | "all">(["429", "500", "409", "reset", "html502", "slow", "all"])(
  "calls that fail for a while change nothing: %s",
  async (kind) => {
    const all = subscriptions(2000, 600);
    const kinds = kind === "all" ? (["429", "500", "409", "reset", "html502", "slow"] as const) : [kind];
    const standIn = await standInWith(all, { faults: { share: 0.15, kinds, seed: 3, slowMs: 100 } });
    const out = freshPath();
    await exportStripe(await connectTo(standIn), { out });
    expect(readExport(out).map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  },
);

it("a limit that is lower than the rate only makes it slower", async () => {
  const all = subscriptions(3000, 600);
  const standIn = await standInWith(all, { requestsPerSecond: 10 });
  const out = freshPath();
  await exportStripe(await connectTo(standIn, { requestsPerSecond: 50 }), { out });
  expect(standIn.requests.some(({ status }) => status === 429)).toBe(true);
  expect(readExport(out).map(({ id }) => id)).toEqual(all.map(({ id }) => id));
});

it("what Stripe sent is what is written: decimals as texts, keys and numbers as they were", async () => {
  const [plain] = subscriptions(1, 1);
  const sent = {
    ...plain,
    id: "sub_odd",
    created: 1_780_000_000,
    application_fee_percent: 12.5,
    metadata: { "": "", note: 'line\n"quoted" \\ ü 😀', ["__proto__"]: "1", order: "0012" },
    items: {
      ...plain?.items,
      data: [{ ...plain?.items.data[0], price: { ...plain?.items.data[0]?.price, unit_amount_decimal: "12.500" } }],
    },
  };
  const out = freshPath();
  await exportStripe(await connectTo(await standInWith([sent as never])), { out });
  expect(readFileSync(out, "utf8")).toBe(`${JSON.stringify(sent)}\n`);
});

it("items beyond the ten that are within are fetched", async () => {
  const [small, large] = subscriptions(2, 60) as [never, never] & ReturnType<typeof subscriptions>;
  const [item] = (large as ReturnType<typeof subscription>).items.data;
  const items = Array.from({ length: 137 }, (_, index) => ({ ...item, id: `si_${index}` }));
  const cut = {
    ...(large as object),
    items: { ...(large as { items: object }).items, data: items.slice(0, 10), has_more: true },
  };
  const standIn = await standInWith([small, cut as never]);
  const out = freshPath();
  await exportStripe(await connectTo(await withLists(standIn, { "/v1/subscription_items": items })), { out });
  const exported = readExport(out);
  expect(exported.map(({ items }) => [items.data.length, items.has_more])).toEqual([
    [1, false],
    [137, false],
  ]);
  expect(exported[1]?.items.data.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
});

it("what is on test clocks is exported on request, and in test mode alone", async () => {
  const account = { id: "acct_1AAAAAStandInAcc", livemode: false } as const;
  const onClock = (clock: string, id: string): ReturnType<typeof subscription> =>
    subscription({ id, created: 2_000_000_000, test_clock: clock, livemode: false });
  const all = [
    ...subscriptions(150, 60),
    onClock("clock_b", "sub_b2"),
    onClock("clock_b", "sub_b1"),
    onClock("clock_a", "sub_a1"),
  ];
  const standIn = await standInWith([], { accounts: [{ ...account, subscriptions: all }] });
  const front = await withLists(standIn, {
    "/v1/test_helpers/test_clocks": [{ id: "clock_b" }, { id: "clock_a" }, { id: "clock_c" }],
  });
  const connection = await connectTo(front, { key: "rk_test_standin_acct_1AAAAAStandInAcc" });
  const [without, withClocks] = [freshPath(), freshPath()];
  await exportStripe(connection, { out: without });
  await exportStripe(connection, { out: withClocks, testClocks: true });
  expect(readExport(without)).toHaveLength(150);
  expect(
    readExport(withClocks)
      .map(({ id }) => id)
      .slice(149),
  ).toEqual(["sub_000001", "sub_a1", "sub_b2", "sub_b1"]);
  const live = await connectTo(await standInWith(all));
  await expect(exportStripe(live, { out: freshPath(), testClocks: true })).rejects.toThrow(/none in live mode/);
});

it("a connected account is read with its platform's key", async () => {
  const own = subscriptions(3, 60);
  const theirs = subscriptions(5, 60);
  const standIn = await standInWith([], {
    accounts: [
      { id: "acct_platform", livemode: true, subscriptions: own },
      { id: "acct_connected", livemode: true, subscriptions: theirs, connectedTo: "acct_platform" },
    ],
  });
  const connection = await connectTo(standIn, {
    key: "rk_live_standin_acct_platform",
    stripeAccount: "acct_connected",
  });
  const out = freshPath();
  const { sidecar } = await exportStripe(connection, { out });
  expect(sidecar).toMatchObject({ account_id: "acct_connected", rows: 5 });
  expect(standIn.requests.every(({ account }) => account === "acct_connected")).toBe(true);
});

it("only a file is replaced", async () => {
  const connection = await connectTo(await standInWith([]));
  await expect(exportStripe(connection, { out: dirname(freshPath()) })).rejects.toThrow(/this is not a file/);
});
