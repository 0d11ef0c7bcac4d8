import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { keyOf } from "../../../data/stand-in/world";
import { tenantsSchema } from "../../../src/monitor/tenants/export-by-tenants";
import { readFound } from "../../../src/reconcile/read-found";
import { manifestSchema } from "../../../src/report/manifest";
import { makeFolder, runRecon, theMessage } from "../../cli/run-recon";
import { databaseKinds } from "../../postgres/start-database";
import { OTHER, type TenantWorld, tenantWorld } from "./tenant-world";
import { startWorker } from "./workers";

const folder = makeFolder();
const isPossible = databaseKinds().includes("postgres");
let world: TenantWorld;
let env: Record<string, string>;
beforeAll(async () => {
  world = await tenantWorld(6);
  await world.client.query("CREATE DATABASE queue");
  env = { ...world.env, RECON_QUEUE_URL: world.database.url.replace(/postgres$/, "queue") };
});
afterAll(async () => {
  await world.stop();
  folder.remove();
});

it.skipIf(!isPossible)(
  "tenants meet in one report, which verifies; a worker with another account's key ends, and nothing is lost by it",
  async () => {
    const moving = (
      await world.client.query("SELECT id FROM subscriptions WHERE status = 'trialing' ORDER BY id LIMIT 1")
    ).rows[0].id as string;
    // A webhook handler at work between the export and the second look.
    world.standIn.onRequest = async ({ path }) => {
      if (path === `/v1/subscriptions/${moving}`)
        await world.client.query("UPDATE subscriptions SET status = 'past_due' WHERE id = $1", [moving]);
    };
    const misled = startWorker({ ...env, STRIPE_API_KEY: keyOf(OTHER) });
    const out = folder.free("bundle");
    const args = ["report", "--live", "--tenants", "--no-history", "--grace", "1", "--rate", "500", "--out", out];
    const reporting = runRecon(args, { env });
    await once(misled.process, "exit");
    const worker = startWorker(env);
    const answer = await reporting;
    world.standIn.onRequest = undefined;
    expect(await worker.stop()).toBe(0);
    expect(answer.stderr).toContain("7 tenants were reconciled by 1 worker;");
    expect(answer.stderr).toContain("1 still moved");
    expect(answer.status).toBe(1);
    expect(misled.process.exitCode).toBe(2);
    expect(misled.said()).toMatch(/^recon: .*acct_1BBBBBOtherAcct/m);
    const found = await readFound(out);
    expect(found.filter((each) => each.subscription_id === moving).map(({ disposition }) => disposition)).toEqual([
      "in_flight",
    ]);
    expect(found.filter(({ disposition }) => disposition === "in_flight")).toHaveLength(1);
    const tenants = tenantsSchema.parse(JSON.parse(readFileSync(join(out, "tenants.json"), "utf8")));
    expect(tenants.tenants.map(({ tenant }) => tenant)).toEqual(world.tenants);
    expect(tenants).toMatchObject({ found: found.length, differing: 0 });
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")));
    expect(manifest.outputs.map(({ path }) => path)).toContain("tenants.json");
    expect(manifest.parameters).toMatchObject({ live: true, tenants: true });
    const verified = await runRecon(["verify", out]);
    expect(verified.stdout).toContain("the comparison gives the same result again");
    const { rows } = await world.client.query(
      "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'reconciliation%'",
    );
    expect(rows, "the queue stands in the database of RECON_QUEUE_URL alone").toEqual([]);
  },
  600_000,
);

it.each<[string, readonly string[], Record<string, string>, RegExp]>([
  [
    "files by tenants",
    ["report", "--stripe", "a", "--database", "b", "--tenants"],
    {},
    /--tenants is about live sides/,
  ],
  ["a worker without a key", ["worker"], { STRIPE_API_KEY: "" }, /STRIPE_API_KEY is not set/],
  ["a worker without a database", ["worker"], { DATABASE_URL: "" }, /DATABASE_URL is not set/],
  [
    "a worker without a queue",
    ["worker"],
    { RECON_QUEUE_URL: "postgres://nobody@127.0.0.1:1/none" },
    /127\.0\.0\.1:1.*Database Connection Failure/,
  ],
])("wrong use: %s", async (_, args, other, says) => {
  const answer = await runRecon(args, { env: { ...env, ...other } });
  expect(theMessage(answer)).toMatch(says);
  expect(answer.status).toBe(2);
});
