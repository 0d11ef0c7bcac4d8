import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportSides } from "../../src/reconcile/live/export-sides";
import { readFound } from "../../src/reconcile/read-found";
import { reconcile } from "../../src/reconcile/reconcile";
import { makeFolder, runRecon, theMessage } from "../cli/run-recon";
import { databaseKinds } from "../postgres/start-database";
import { KEY, repairWorld, subscriptionId, type World } from "../repair/repair-world";

const folder = makeFolder();
let world: World;
let env: Record<string, string>;
beforeAll(async () => {
  world = await repairWorld(databaseKinds().at(-1) ?? "pglite");
  env = { STRIPE_API_KEY: KEY, STRIPE_API_BASE: world.standIn.url, DATABASE_URL: world.database.url };
});
afterAll(async () => {
  await world.stop();
  folder.remove();
});

describe("recon report --live", () => {
  it("looks again at what was in flight, and asks Stripe for what seems to be missing", async () => {
    const [moved, fixed, still, hidden] = [1, 11, 21, 24].map(subscriptionId) as [string, string, string, string];
    await world.client.query("UPDATE subscriptions SET updated_at = now() WHERE id = ANY ($1)", [
      [moved, fixed, still],
    ]);
    const { subscriptions } = world.standIn.account("acct_1AAAAAStandInAcc");
    const like = subscriptions.get(subscriptionId(5)) as never as object;
    subscriptions.set(hidden, { ...like, id: hidden, test_clock: "clock_1", customer: "cus_24" } as never);
    // A webhook handler at work, after the exports and before the second look.
    world.standIn.onRequest = async ({ path }) => {
      if (path === `/v1/subscriptions/${fixed}`)
        await world.client.query("UPDATE subscriptions SET status = 'canceled' WHERE id = $1", [fixed]);
      if (path === `/v1/subscriptions/${still}`)
        await world.client.query("UPDATE subscriptions SET status = 'past_due' WHERE id = $1", [still]);
    };
    const out = folder.free("bundle");
    const answer = await runRecon(["report", "--live", "--grace", "1", "--rate", "1000", "--out", out], { env });
    world.standIn.onRequest = undefined;
    expect(answer.stderr).toContain(
      "3 subscriptions in flight were read again, 2 still moved; 4 that seemed missing in Stripe were asked for, 3 are not there",
    );
    expect(answer.status).toBe(1);
    const found = await readFound(out);
    const of = (id: string) =>
      found.filter((each) => each.subscription_id === id).map(({ kind, disposition }) => [kind, disposition]);
    expect(of(moved)).toEqual([["status_mismatch", "actionable"]]);
    expect(of(fixed)).toEqual([]);
    expect(of(still)).toEqual([["status_mismatch", "in_flight"]]);
    expect(of(subscriptionId(4))).toEqual([["missing_in_stripe", "actionable"]]);
    expect(found.filter(({ kind }) => kind === "missing_in_stripe").map((each) => each.subscription_id)).toEqual(
      [4, 14, 34].map(subscriptionId),
    );
    const names = [
      "manifest.json",
      "reconciliation.html",
      "stripe.ndjson.gz",
      "stripe.ndjson.gz.meta.json",
      "database.csv.gz",
    ];
    for (const name of names) expect(existsSync(join(out, name)), name).toBe(true);
    for (const name of ["manifest.json", "summary.json", "reconciliation.ipynb"]) {
      expect(readFileSync(join(out, name), "utf8")).not.toContain(KEY);
      expect(readFileSync(join(out, name), "utf8")).not.toContain(database());
    }
    const archive = folder.free("archive");
    renameSync(out, archive);
    const verified = await runRecon(["verify", archive]);
    expect(verified.stdout).toContain("the comparison gives the same result again");
    expect(verified.status).toBe(0);
    expect([...new Set(world.standIn.requests.map(({ method }) => method))]).toEqual(["GET"]);
  }, 300_000);

  it("what moved while it was waited for stays in flight, whatever its times say", async () => {
    const id = subscriptionId(2);
    const { subscriptions } = world.standIn.account("acct_1AAAAAStandInAcc");
    const before = subscriptions.get(id) as never as object;
    const endedAt = (time: number): void => {
      subscriptions.set(id, { ...before, status: "canceled", canceled_at: time, ended_at: time } as never);
    };
    const now = Math.floor(Date.now() / 1000);
    endedAt(now);
    // A second look eleven minutes later would see such a time: it lies after everything that could be in flight at first.
    world.standIn.onRequest = ({ path }) => {
      if (path === `/v1/subscriptions/${id}`) endedAt(now + 660);
    };
    const out = folder.free("moved");
    Object.assign(process.env, env);
    try {
      const { stripe, database, stillMoving } = await exportSides({ out, graceSeconds: 0, rate: 1000 });
      expect(stillMoving).toBe(1);
      await reconcile({ stripe, database, out });
      const found = (await readFound(out)).filter(({ subscription_id }) => subscription_id === id);
      expect(found.map(({ kind, disposition }) => [kind, disposition])).toContainEqual([
        "status_mismatch",
        "in_flight",
      ]);
    } finally {
      world.standIn.onRequest = undefined;
      subscriptions.set(id, before as never);
      for (const name of Object.keys(env)) delete process.env[name];
    }
  });

  it("reads what it is told to read, and says so in the manifest", async () => {
    const out = folder.free("part");
    const where = ["--where", "tenant_id=tenant_1", "--where", "tenant_id=tenant_2", "--mode", "live"];
    const answer = await runRecon(["report", "--live", ...where, "--grace", "0", "--rate", "1000", "--out", out], {
      env,
    });
    expect(answer.stderr).toMatch(/^Stripe account acct_1AAAAAStandInAcc.*; live mode/m);
    expect(answer.stdout).toMatch(/missing_in_database +withheld/);
    const { parameters } = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
    expect(parameters).toMatchObject({ live: true, where: '{"tenant_id":["tenant_1","tenant_2"]}', graceSeconds: 0 });
    expect(readdirSync(out).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it.each([
    ["SIGINT", "Exporting Stripe"],
    ["SIGTERM", "were in flight"],
  ] as const)("stopped by %s while it says %s, it leaves a folder as it was", async (signal, step) => {
    const out = folder.free("stopped");
    mkdirSync(out);
    writeFileSync(join(out, "manifest.json"), "of an earlier run");
    await world.client.query("UPDATE subscriptions SET updated_at = now() WHERE id = $1", [subscriptionId(1)]);
    // Stripe takes its time, and is not waited for.
    if (step === "Exporting Stripe")
      world.standIn.onRequest = ({ path }) =>
        path.startsWith("/v1/subscriptions")
          ? new Promise((resolve) => setTimeout(resolve, 40_000).unref())
          : undefined;
    try {
      const answer = await runRecon(["report", "--live", "--rate", "1000", "--out", out], {
        env,
        whileRunning: (child) => child.stderr?.on("data", (text) => String(text).includes(step) && child.kill(signal)),
      });
      expect(theMessage(answer)).toBe("recon: The report was stopped; nothing was written.");
      expect(answer.status).toBe(130);
      expect(readdirSync(out)).toEqual(["manifest.json"]);
    } finally {
      world.standIn.onRequest = undefined;
    }
  });

  it("the notebook does the same by its parameters", async () => {
    const out = folder.free("notebook");
    const parameters = { live: "true", table: "public.subscriptions", graceSeconds: "0", out: join(out, "result") };
    const given = Object.entries(parameters).flatMap(([name, value]) => ["-p", `${name}=${value}`]);
    const answer = await runRecon(["run", "notebooks/reconciliation.ipynb", ...given, "--out", out], { env });
    expect(answer.stderr).not.toContain("recon:");
    expect(answer.status).toBe(0);
    expect(existsSync(join(out, "result", "stripe.ndjson.gz"))).toBe(true);
    expect(readFileSync(join(out, "reconciliation.ipynb"), "utf8")).not.toContain(KEY);
  });

  it.each([
    [["report", "--live", "--stripe", "x"], {}, /leave out --stripe/],
    [["report", "--live", "--database-as-of", "2026-01-01"], {}, /leave out --database-as-of/],
    [["report", "--grace", "5"], {}, /--grace is about live sides/],
    [["report", "--live", "--mode", "test"], {}, /live/],
    [["report", "--live", "--test-clocks"], {}, /test-clocks.*live mode/],
    [["report", "--live", "--where", "tenant=1"], {}, /tenant_id/],
    [["report", "--live"], { STRIPE_API_KEY: "rk_live_hemligt12" }, /Stripe API Failure/],
    [["report", "--live"], { STRIPE_API_BASE: "http://127.0.0.1:9" }, /no connection to 127\.0\.0\.1:9/],
    [["report"], {}, /--stripe and --database.*--live/],
    [["report", "--live"], { STRIPE_API_KEY: "" }, /STRIPE_API_KEY/],
    [["report", "--live"], { DATABASE_URL: "postgres://a:hemligt@127.0.0.1:9/x" }, /Database Connection Failure/],
    [["report", "--live", "--table", "subscribers"], {}, /no table subscribers.*subscriptions/],
  ])("refuses %j with one message, and leaves no bundle behind", async (args, more, says) => {
    const out = folder.free("bundle");
    const answer = await runRecon([...args, "--out", out], { env: { ...env, ...more } });
    expect(theMessage(answer)).toMatch(says);
    expect(answer.stderr).not.toContain("hemligt");
    expect(answer.status).toBe(2);
    expect(existsSync(out)).toBe(false);
  });
});

function database(): string {
  return new URL(world.database.url).password || "no password";
}
