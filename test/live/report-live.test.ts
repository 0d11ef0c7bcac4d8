import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFound } from "../../src/reconcile/read-found";
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

  it("ends at Ctrl-C with one message, and leaves no bundle behind", async () => {
    const out = folder.free("bundle");
    const requests = world.standIn.requests.length;
    const answer = await runRecon(["report", "--live", "--rate", "1", "--out", out], {
      env,
      whileRunning: (child) => {
        const timer = setInterval(() => {
          if (world.standIn.requests.length < requests + 2) return;
          clearInterval(timer);
          child.kill("SIGINT");
        }, 50);
      },
    });
    expect(theMessage(answer)).toBe("recon: The live report was stopped; nothing was kept.");
    expect(answer.status).toBe(130);
    expect(existsSync(out)).toBe(false);
  });

  it.each([
    [["report", "--live", "--stripe", "x"], {}, /leave out --stripe/],
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
