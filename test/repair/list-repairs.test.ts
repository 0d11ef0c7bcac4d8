import { afterAll, beforeAll, expect, it } from "vitest";
import { applyPlan } from "../../src/repair/apply-plan";
import { listRepairs } from "../../src/repair/list-repairs";
import { rollBack } from "../../src/repair/roll-back";
import { verifyRun } from "../../src/repair/verify-run";
import { makeFolder } from "../cli/run-recon";
import { repairWorld, type World } from "./repair-world";

const folder = makeFolder();
let world: World;
beforeAll(async () => {
  world = await repairWorld("pglite");
});
afterAll(async () => {
  await world.stop();
  folder.remove();
});

it("lists what the journal knows of a repair, from its start to its rollback", async () => {
  expect(await listRepairs(world.client)).toEqual([]);
  const plan = await world.plan();
  const { live } = world;
  const request = { live, plan, confirm: plan.hash, out: folder.path, operator: "a test", maxShare: 1 };
  const { runId, changed } = await applyPlan(request);
  const [applied] = await listRepairs(world.client);
  expect(applied).toMatchObject({
    runId,
    operator: "a test",
    changed,
    reportRunId: plan.report?.run_id ?? null,
    rolledBackAt: null,
  });
  expect(changed).toBe(plan.changes.length);
  expect(applied?.finishedAt?.localeCompare(applied.startedAt)).toBe(1);
  // That of the first rows is not one of the whole.
  expect(applied?.verifications.map(({ remaining }) => remaining)).toEqual([0]);
  await verifyRun(live, runId);
  await rollBack({ client: live.client, runId, deleteInserted: true, operator: "a test" });
  const [undone, ...others] = await listRepairs(world.client);
  expect(others).toEqual([]);
  expect(undone?.verifications).toHaveLength(2);
  expect(undone?.rolledBackAt?.localeCompare(undone.finishedAt ?? "")).toBe(1);
});
