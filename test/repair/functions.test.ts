import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  archiveOrphanedSubscriptions,
  reconcileSubscriptionMetadata,
  reconcileSubscriptionStatuses,
  reconcileSubscriptions,
} from "../../src/index";
import { makeFolder, runRecon, theMessage } from "../cli/run-recon";
import { databaseKinds, startDatabase, type TestDatabase } from "../postgres/start-database";
import { KEY, repairWorld, subscriptionId, type World } from "./repair-world";

const folder = makeFolder();
const KIND = databaseKinds().at(-1) ?? "pglite";
let database: TestDatabase;
let world: World;
let env: Record<string, string>;
beforeAll(async () => {
  database = await startDatabase(KIND);
  world = await repairWorld(KIND, { database });
  env = {
    STRIPE_API_KEY: KEY,
    STRIPE_API_BASE: world.standIn.url,
    DATABASE_URL: database.url,
    RECON_OPERATOR: "a test",
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await world.stop();
  await database.stop();
  folder.remove();
});

/** A report on the sample, whose account is another one. */
const OTHERS = join(folder.path, "others");
beforeAll(async () => {
  const sides = ["--stripe", "data/stripe_subscriptions.json", "--database", "data/db_subscriptions.csv"];
  await runRecon(["diff", ...sides, "--out", OTHERS]);
});

const statusOf = async (id: string): Promise<string | undefined> =>
  (await world.client.query("SELECT status FROM subscriptions WHERE id = $1", [id])).rows[0]?.status;

describe("the runbook's functions", () => {
  const options = () => ({ preset: "default", rate: 1000, maxShare: 1, out: folder.free("repair") });

  it("reconcileSubscriptions inserts what a tenant lacks, and only plans unless told otherwise", async () => {
    const dry = await reconcileSubscriptions({ tenantId: "tenant_0", source: "stripe", ...options() });
    expect(dry.run).toBeNull();
    expect(dry.plan.changes.map((change) => change.subscription_id)).toEqual([0, 30].map(subscriptionId));
    expect(await statusOf(subscriptionId(0))).toBeUndefined();
    const { run } = await reconcileSubscriptions({
      tenantId: "tenant_0",
      source: "stripe",
      dryRun: false,
      ...options(),
    });
    expect(run).toMatchObject({ state: "done", changed: 2, verification: { result: "clean" } });
    expect(await statusOf(subscriptionId(0))).toBe("active");
    expect(await statusOf(subscriptionId(10))).toBeUndefined();
  });

  it("reconcileSubscriptionStatuses sets the status alone of the ids it is given", async () => {
    const subscriptionIds = [1, 2, 5].map(subscriptionId);
    const { plan, run } = await reconcileSubscriptionStatuses({
      subscriptionIds,
      source: "stripe",
      dryRun: false,
      ...options(),
    });
    expect(plan.changes.map(({ subscription_id, kinds }) => [subscription_id, kinds])).toEqual([
      [subscriptionId(1), ["status_mismatch"]],
    ]);
    expect(run).toMatchObject({ changed: 1, verification: { result: "clean" } });
    expect(await statusOf(subscriptionId(1))).toBe("canceled");
    expect(await statusOf(subscriptionId(11))).toBe("active");
  });

  it("reconcileSubscriptionMetadata keeps the app's own keys", async () => {
    const subscriptionIds = [subscriptionId(2)];
    await reconcileSubscriptionMetadata({ subscriptionIds, source: "stripe", dryRun: false, ...options() });
    const { rows } = await world.client.query("SELECT metadata FROM subscriptions WHERE id = $1", subscriptionIds);
    expect(rows[0].metadata).toMatchObject({ plan: "basic", app_note: "ours", count: 3 });
  });

  it("archiveOrphanedSubscriptions archives only what Stripe answers 404 for", async () => {
    const subscriptionIds = [4, 5].map(subscriptionId);
    const { run } = await archiveOrphanedSubscriptions({ subscriptionIds, dryRun: false, ...options() });
    expect(run).toMatchObject({ changed: 1, verification: { result: "clean" } });
    expect([await statusOf(subscriptionId(4)), await statusOf(subscriptionId(5))]).toEqual(["archived", "active"]);
  });

  it("only Stripe is a source", async () => {
    const wrong = { source: "database" as never, subscriptionIds: [], ...options() };
    await expect(reconcileSubscriptionStatuses(wrong)).rejects.toMatchObject({ code: "bad_source" });
  });

  it("without a mapping nothing is written, nor guessed", async () => {
    const call = reconcileSubscriptionStatuses({ subscriptionIds: [subscriptionId(11)], dryRun: false });
    await expect(call).rejects.toMatchObject({ code: "no_mapping" });
  });
});

describe("the terminal", () => {
  it.each([
    [["repair", "plan", "/no/such/report", "--preset", "default"], /\/no\/such\/report.*summary/, 2],
    [["repair", "plan", "data", "--preset", "laravel"], /--preset laravel: there is none.*cashier/, 2],
    [["repair", "plan", "data"], /columns have to be named/, 2],
    [["repair", "apply", "data/answer.json", "--confirm", "abc"], /no plan of a repair/, 2],
    [["repair", "rollback", "repair-none"], /no run repair-none.*newest are repair-/, 2],
    [["repair", "verify", "repair-none"], /no run repair-none/, 2],
    [["audit", "repair-none"], /no run repair-none/, 2],
    [
      ["repair", "plan", OTHERS, "--preset", "default"],
      /report is on Stripe account acct_\w+, the key is of acct_1AAAAAStandInAcc/,
      1,
    ],
  ])("answers %j with one message", async (args, says, status) => {
    const answer = await runRecon(args, { env });
    expect(theMessage(answer)).toMatch(says);
    expect(answer.status).toBe(status);
  });

  it("refuses a role that may only read before anything starts", async () => {
    await world.client.query("DROP ROLE IF EXISTS reader").catch(() => undefined);
    await world.client.query(
      "CREATE ROLE reader LOGIN PASSWORD 'reader'; GRANT USAGE ON SCHEMA public TO reader; GRANT SELECT ON subscriptions TO reader",
    );
    const url = new URL(database.url);
    url.username = "reader";
    url.password = "reader";
    const plan = folder.free("plan");
    const report = folder.free("report");
    const live = { env: { ...env, DATABASE_URL: url.href } };
    const exports = ["--stripe", folder.free("s.ndjson"), "--database", folder.free("d.csv")];
    const READY: (readonly [readonly string[], number])[] = [
      [["export", "stripe", "--out", exports[1] ?? "", "--rate", "1000"], 0],
      [["export", "database", "--out", exports[3] ?? ""], 0],
      [["diff", ...exports, "--out", report], 1],
      [["repair", "plan", report, "--preset", "default", "--out", plan, "--rate", "1000"], 0],
    ];
    for (const [args, status] of READY) {
      const answer = await runRecon(args, live);
      expect(answer, answer.stderr).toMatchObject({ status });
    }
    const before = await world.rows();
    const args = ["repair", "apply", join(plan, "plan.json"), "--max-share", "1", "--rate", "1000"];
    const { hash } = JSON.parse(readFileSync(join(plan, "plan.json"), "utf8"));
    const answer = await runRecon([...args, "--confirm", hash], live);
    expect(theMessage(answer)).toMatch(/user "reader" may not write .*GRANT (UPDATE|INSERT) ON/);
    expect(answer.status).toBe(1);
    expect(await world.rows()).toEqual(before);
    expect(existsSync(join(plan, "before.csv"))).toBe(false);
    await world.client.query("DROP OWNED BY reader; DROP ROLE reader");
  });
});
