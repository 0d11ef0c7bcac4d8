import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { applyPlan } from "../../src/repair/apply-plan";
import { auditRun } from "../../src/repair/audit-run";
import { checkChain, readJournal } from "../../src/repair/journal";
import { type Plan, sealPlan } from "../../src/repair/plan";
import { rollBack } from "../../src/repair/roll-back";
import type { AppliedRun, ApplyRequest } from "../../src/repair/run-stage";
import { verifyRun } from "../../src/repair/verify-run";
import { makeFolder } from "../cli/run-recon";
import { databaseKinds, startDatabase, type TestDatabase } from "../postgres/start-database";
import { repairWorld, subscriptionId, type World } from "./repair-world";

const folder = makeFolder();
afterAll(() => folder.remove());

describe.each(databaseKinds())("repair on %s", (kind) => {
  let world: World;
  let plan: Plan;
  let before: string[];
  let database: TestDatabase;
  beforeAll(async () => {
    database = await startDatabase(kind);
  });
  afterAll(() => database.stop());
  beforeEach(async () => {
    world = await repairWorld(kind, { database });
    plan = await world.plan();
    before = await world.rows();
  });
  afterEach(() => world.stop());

  const apply = (more: Partial<ApplyRequest> = {}): Promise<AppliedRun> => applyPlan(requestOf(world, plan, more));

  it("plans each kind, and writes nothing", async () => {
    expect(plan.counts).toEqual({ insert: 4, archive: 4, update: 12, left_out: 4 });
    expect(plan.changes.map((change) => change.subscription_id)).toEqual([...world.all].sort());
    const of = (id: string) => plan.changes.find((change) => change.subscription_id === id);
    expect(of(subscriptionId(1))).toMatchObject({
      action: "update",
      after: { status: "canceled" },
      stamped: ["updated_at"],
    });
    expect(of(subscriptionId(3))?.after).toEqual({ quantity: "2" });
    expect(JSON.parse(of(subscriptionId(2))?.after["metadata"] ?? "")).toMatchObject({
      plan: "basic",
      app_note: "ours",
      count: 3,
    });
    expect(of(subscriptionId(4))).toMatchObject({
      action: "archive",
      after: { status: "archived" },
      stamped: ["archived_at", "updated_at"],
    });
    expect(of(subscriptionId(0))).toMatchObject({
      action: "insert",
      before: null,
      after: { tenant_id: "tenant_0", quantity: "2" },
    });
    expect(plan.kept_metadata_keys).toEqual(["app_note", "count"]);
    expect(plan.left_out.map(({ reason }) => reason)).toEqual(
      Array(4).fill(expect.stringContaining("app_note, count")),
    );
    expect(await world.rows()).toEqual(before);
  });

  it("applies, verifies, and keeps before and after on disk and on record", async () => {
    const run = await apply();
    expect(run).toMatchObject({ state: "done", changed: 20, skipped: [], escalate: [] });
    expect(run.verification).toMatchObject({ result: "clean", touched: 20, drawn: 20, remaining: [] });
    const again = await world.plan();
    expect(again.changes).toEqual([]);
    const entries = await readJournal(world.client, run.runId);
    expect(entries.filter((entry) => entry.kind === "change")).toHaveLength(20);
    expect(await checkChain(world.client)).toMatchObject({ kind: "intact", entries: entries.length });
    expect(readFileSync(join(run.folder, "before.csv"), "utf8").split("\n")).toHaveLength(18);
    expect(readFileSync(join(run.folder, "after.csv"), "utf8").split("\n")).toHaveLength(22);
    expect(existsSync(join(run.folder, "verification", "summary.json"))).toBe(true);
    const { text } = await auditRun(world.client);
    expect(text).toContain("4 inserted, 4 archived, 12 updated");
    expect(text.match(/^\d\. \*\*/gm)).toHaveLength(6);
    expect([...new Set(world.standIn.requests.map(({ method }) => method))]).toEqual(["GET"]);
    expect(await codeOf(apply())).toEqual(["applied_already", 1]);
  });

  it("rolls back byte for byte, and the same plan can be applied again", async () => {
    const run = await apply();
    const undone = await rollBack({
      client: world.live.client,
      runId: run.runId,
      deleteInserted: true,
      operator: "a test",
    });
    expect(undone).toMatchObject({ restored: 16, archived: 0, deleted: 4, leftAlone: [], notAsBefore: [] });
    expect(await world.rows()).toEqual(before);
    const second = await apply();
    expect(second).toMatchObject({ state: "done", changed: 20 });
    expect(second.runId).not.toBe(run.runId);
    expect(await checkChain(world.client)).toMatchObject({ kind: "intact" });
  });

  it("archives what it inserted, unless told to remove it", async () => {
    const { runId } = await apply();
    expect(await rollBack({ client: world.live.client, runId, operator: "a test" })).toMatchObject({
      archived: 4,
      deleted: 0,
    });
    const { rows } = await world.client.query("SELECT status FROM subscriptions WHERE id = $1", [subscriptionId(0)]);
    expect(rows).toEqual([{ status: "archived" }]);
  });

  it("leaves alone what somebody changed since, on the way there and back", async () => {
    const [one = "", two = ""] = world.ids("fields");
    await world.client.query("UPDATE subscriptions SET quantity = 77 WHERE id = $1", [one]);
    const canceled = world.standIn.account("acct_1AAAAAStandInAcc").subscriptions;
    const [gone = ""] = world.ids("metadata");
    canceled.set(gone, { ...(canceled.get(gone) as never as object), status: "past_due" } as never);
    const run = await apply();
    expect(run.skipped).toEqual([
      { subscription_id: gone, reason: "it has changed in Stripe since the plan was made" },
      { subscription_id: one, reason: "its row has changed since the plan was made" },
    ]);
    await world.client.query("UPDATE subscriptions SET quantity = 78 WHERE id = $1", [two]);
    expect(await verifyRun(world.live, run.runId)).toMatchObject({
      result: "not_clean",
      remaining: [{ subscription_id: two, kind: "field_mismatch" }],
    });
    const undone = await rollBack({ client: world.live.client, runId: run.runId, operator: "a test" });
    expect(undone.leftAlone).toEqual([{ subscription_id: two, reason: "its row was changed by somebody else since" }]);
    const { rows } = await world.client.query("SELECT quantity FROM subscriptions WHERE id = ANY ($1) ORDER BY id", [
      [one, two],
    ]);
    expect(rows).toEqual([{ quantity: 77 }, { quantity: 78 }]);
  });

  it("rolls back some, and the rest later", async () => {
    const { runId } = await apply();
    const [first = ""] = world.ids("status");
    const request = { client: world.live.client, runId, deleteInserted: true, operator: "a test" };
    expect(await rollBack({ ...request, only: [first] })).toMatchObject({ restored: 1 });
    expect(await codeOf(rollBack({ ...request, only: [first] }))).toEqual(["nothing_to_undo", 1]);
    expect(await rollBack(request)).toMatchObject({ restored: 15, deleted: 4 });
    expect(await world.rows()).toEqual(before);
  });

  it("stops after a batch, and the same call goes on", async () => {
    const controller = new AbortController();
    const onProgress = (step: string): void => {
      if (step.startsWith("5 changed")) controller.abort();
    };
    const stopped = await apply({ onProgress, signal: controller.signal });
    expect(stopped).toMatchObject({ state: "stopped", changed: 5 });
    const run = await apply();
    expect(run).toMatchObject({ state: "done", changed: 20, runId: stopped.runId });
  });

  it("believes no 404 of an account that knows nothing of the table", async () => {
    const { subscriptions } = world.standIn.account("acct_1AAAAAStandInAcc");
    for (const id of [...subscriptions.keys()]) subscriptions.delete(id);
    const { changes, left_out } = await world.plan();
    expect(changes).toEqual([]);
    expect(left_out.length).toBeGreaterThan(15);
    expect(new Set(left_out.map(({ reason }) => reason))).toEqual(new Set([expect.stringContaining("proves nothing")]));
  });

  it("never touches a customer's last access while another subscription of theirs lives", async () => {
    const { subscriptions } = world.standIn.account("acct_1AAAAAStandInAcc");
    const other = subscriptions.get(subscriptionId(5));
    subscriptions.set(subscriptionId(5), { ...other, customer: "cus_1" } as never);
    expect((await apply()).skipped).toEqual([
      { subscription_id: subscriptionId(1), reason: "the customer has another live subscription in Stripe" },
    ]);
    const planned = await world.plan({ only: [subscriptionId(1)] });
    expect(planned.changes).toEqual([]);
  });
});

it("above a thousand changes, a person confirms each stage", async () => {
  const world = await repairWorld(databaseKinds().at(-1) ?? "pglite", { count: 2_100 });
  try {
    const plan = await world.plan();
    expect(plan.changes).toHaveLength(1_050);
    const request = requestOf(world, plan);
    const first = await applyPlan(request);
    expect(first).toMatchObject({ state: "paused", changed: 1_000, stage: 1, stages: 2 });
    expect(first.escalate).toEqual([expect.stringContaining("1050 subscriptions are affected")]);
    expect(await codeOf(applyPlan(request))).toEqual(["not_confirmed", 1]);
    const second = await applyPlan({ ...request, confirm: first.nextConfirm ?? "" });
    expect(second).toMatchObject({ state: "done", changed: 50, stage: 2, runId: first.runId, nextConfirm: null });
    expect((await world.plan()).changes).toEqual([]);
  } finally {
    await world.stop();
  }
});

describe("a guard", () => {
  let world: World;
  let plan: Plan;
  beforeAll(async () => {
    world = await repairWorld("pglite");
    plan = await world.plan();
  });
  afterAll(() => world.stop());

  const sealed = (change: Partial<Plan>): Partial<ApplyRequest> => {
    const { hash: _hash, ...rest } = plan;
    const other = sealPlan({ ...rest, ...change });
    return { plan: other, confirm: other.hash };
  };
  const addColumn = async (): Promise<Partial<ApplyRequest>> => {
    await world.client.query("ALTER TABLE subscriptions ADD note text");
    return {};
  };
  const REFUSALS: [string, string, () => Partial<ApplyRequest> | Promise<Partial<ApplyRequest>>][] = [
    ["another plan's hash", "not_confirmed", () => ({ confirm: "0".repeat(64) })],
    ["no hash", "not_confirmed", () => ({ confirm: undefined })],
    ["a large share of the table", "share_too_large", () => ({ maxShare: 0.05 })],
    ["an old plan", "plan_too_old", () => ({ now: () => new Date(Date.now() + 25 * 3_600_000) })],
    ["another account's plan", "wrong_account", () => sealed({ account_id: "acct_other" })],
    ["the other mode's plan", "wrong_mode", () => sealed({ livemode: false })],
    ["another database's plan", "wrong_database", () => sealed({ database: '"shop" on elsewhere:5432' })],
    ["a changed table", "schema_changed", addColumn],
    ["an empty plan", "nothing_to_do", () => sealed({ changes: [] })],
  ];

  it.each(REFUSALS)("refuses %s, and does nothing", async (_, code, request) => {
    expect(await codeOf(applyPlan(requestOf(world, plan, await request())))).toEqual([code, 1]);
    const { rows } = await world.client.query("SELECT to_regclass('reconciliation.journal') AS journal");
    expect(rows).toEqual([{ journal: null }]);
  });
});

function requestOf({ live }: World, plan: Plan, more: Partial<ApplyRequest> = {}): ApplyRequest {
  return { live, plan, confirm: plan.hash, out: folder.free("run"), operator: "a test", maxShare: 1, ...more };
}

/** How a promise ends: the code of its error and the exit code of the terminal. */
function codeOf(promise: Promise<unknown>): Promise<[string, number]> {
  return promise.then(
    () => ["done", 0],
    (error) => [error.code, error.exitCode],
  );
}
