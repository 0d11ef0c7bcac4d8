import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSample } from "../../data/demo/load-sample";
import { sampleWorld } from "../../data/stand-in/sample-world";
import type { StandIn } from "../../data/stand-in/stand-in";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { connectStripe } from "../../src/sources/stripe-api/connect-stripe";
import { makeFolder, runRecon } from "../cli/run-recon";
import { databaseKinds, startDatabase } from "../postgres/start-database";

const DATA = join(__dirname, "..", "..", "data");
const folder = makeFolder();
const stripeFile = join(folder.path, "stripe.ndjson.gz");
let standIn: StandIn;
let key = "";

beforeAll(async () => {
  standIn = await startStandIn(sampleWorld());
  key = Object.keys(standIn.keys)[0] ?? "";
  const env = { STRIPE_API_KEY: key, STRIPE_API_BASE: standIn.url };
  const exported = await runRecon(["export", "stripe", "--out", stripeFile, "--live"], { env });
  expect(exported.stderr).toContain("2939 subscriptions");
  expect(exported.status).toBe(0);
});
afterAll(async () => {
  await standIn.close();
  folder.remove();
});

describe("the export of Stripe", () => {
  it("holds each subscription once, sent for with GET alone, and says that it is whole", () => {
    const sidecar = JSON.parse(readFileSync(`${stripeFile}.meta.json`, "utf8"));
    expect(sidecar).toMatchObject({ side: "stripe", livemode: true, rows: 2939, complete: true });
    expect([...new Set(standIn.requests.map(({ method }) => method))]).toEqual(["GET"]);
    expect(readFileSync(`${stripeFile}.meta.json`, "utf8")).not.toContain(key);
  });

  it("never sends anything but GET", async () => {
    const { client } = await connectStripe({ key, apiBase: standIn.url });
    const before = standIn.requests.length;
    await expect(client.subscriptions.cancel("sub_1")).rejects.toMatchObject({ detail: { code: "stripe_read_only" } });
    expect(standIn.requests.length).toBe(before);
  });

  it.each([
    ["a key of the other mode", ["--test"], {}, /live.*--test|--test.*live/],
    ["a key that Stripe does not know", [], { STRIPE_API_KEY: "rk_live_nobody_knows_this_one" }, /Stripe API Failure/],
    ["no key", [], { STRIPE_API_KEY: "" }, /STRIPE_API_KEY/],
  ] as const)("is refused with %s, without a word of the key", async (_, args, env, says) => {
    const out = join(folder.path, "refused.ndjson");
    const answer = await runRecon(["export", "stripe", "--out", out, ...args], {
      env: { STRIPE_API_KEY: key, STRIPE_API_BASE: standIn.url, ...env },
    });
    expect(answer.stderr).toMatch(says);
    expect(answer.stderr).not.toContain("nobody_knows");
    expect(answer.stderr).not.toContain(key);
    expect(answer.status).toBe(2);
    expect(() => statSync(out)).toThrow();
  });
});

describe.each(databaseKinds())("the export of a table from %s", (kind) => {
  it("is what psql's COPY gives, so that the two exports compare as the files of the sample do", async () => {
    const database = await startDatabase(kind);
    try {
      const client = new Client({ connectionString: database.url });
      await client.connect();
      await loadSample(client);
      await client.end();
      const file = join(folder.path, `${kind}.csv.gz`);
      const exported = await runRecon(["export", "database", "--out", file], { env: { DATABASE_URL: database.url } });
      expect(exported.stderr).toContain("2,890 rows");
      expect(exported.status).toBe(0);
      expect(JSON.parse(readFileSync(`${file}.meta.json`, "utf8"))).toMatchObject({ rows: 2890, complete: true });
      const live = join(folder.path, `${kind}-live`);
      const saved = join(folder.path, `${kind}-saved`);
      await runRecon(["diff", "--stripe", stripeFile, "--database", file, "--out", live]);
      // The sample's files as they would be had they been taken now: only then are the same changes in flight.
      const now = new Date().toISOString();
      await runRecon([
        "diff",
        "--stripe",
        folder.write("list.json", readFileSync(join(DATA, "stripe_subscriptions.json"), "utf8")),
        "--database",
        folder.write("rows.csv", readFileSync(join(DATA, "db_subscriptions.csv"), "utf8")),
        ...["--stripe-as-of", now, "--database-as-of", now, "--out", saved],
      ]);
      expect(countsOf(live)).toEqual(countsOf(saved));
    } finally {
      await database.stop();
    }
  });
});

function countsOf(directory: string): unknown {
  return JSON.parse(readFileSync(join(directory, "summary.json"), "utf8")).counts;
}
