import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSample } from "../../data/demo/load-sample";
import { sampleWorld } from "../../data/stand-in/sample-world";
import type { StandIn } from "../../data/stand-in/stand-in";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { runSafetyChecks, type SafetyCheckOptions } from "../../src/monitor/run-safety-checks";
import { type SafetyCheck, safetyReportSchema } from "../../src/monitor/safety-check";
import { safetyChecksHtml } from "../../src/monitor/safety-checks-html";
import { databaseKinds, startDatabase, type TestDatabase } from "../postgres/start-database";

const SECRET = "51SecretSecret";
const key = (name: string): string => `rk_live_${name}${SECRET}`;
const account = { account: sampleWorld().accounts[0]?.id ?? "", livemode: true };
const KEYS = {
  [key("good")]: account,
  [`sk_live_all${SECRET}`]: account,
  [key("revoked")]: { ...account, revoked: true },
  [key("noRight")]: { ...account, restricted: { subscriptions: false, events: true, account: true } },
  [key("noAccount")]: { ...account, restricted: { subscriptions: true, events: true, account: false } },
};

let standIn: StandIn;
let silent: Server;
const silentPort = (): number => (silent.address() as AddressInfo).port;

beforeAll(async () => {
  standIn = await startStandIn({ ...sampleWorld(), keys: KEYS });
  silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await standIn.close();
  silent.close();
});

async function checkOf(name: SafetyCheck["name"], options: SafetyCheckOptions): Promise<SafetyCheck> {
  const report = safetyReportSchema.parse(await runSafetyChecks({ reports: "no such folder", ...options }));
  expect(report.checks.map((check) => check.name)).toEqual(["database", "stripe", "last_reconciliation", "impact"]);
  expect(JSON.stringify(report) + safetyChecksHtml(report)).not.toMatch(/Secret|hemligt|undefined|\[object|NaN/);
  return report.checks.find((check) => check.name === name) as SafetyCheck;
}

describe("Stripe", () => {
  it.each<[string, SafetyCheck["outcome"], RegExp, Record<string, string>, Partial<SafetyCheckOptions>?]>([
    ["a restricted key", "pass", /acct_\w+, Sample company, live mode, answers in \d+ ms; a restricted key/, {}],
    ["a secret key", "warn", /a secret key/, { STRIPE_API_KEY: `sk_live_all${SECRET}` }],
    ["a key that may not read the account", "pass", /account unknown/, { STRIPE_API_KEY: key("noAccount") }],
    ["no key", "warn", /STRIPE_API_KEY is not set/, { STRIPE_API_KEY: " " }],
    ["a wrong key", "fail", /not one that Stripe knows.*Stripe API Failure/, { STRIPE_API_KEY: key("wrong") }],
    ["a revoked key", "fail", /revoked.*Stripe API Failure/, { STRIPE_API_KEY: key("revoked") }],
    [
      "a key without the right",
      "fail",
      /rak_subscription_read.*Stripe API Failure/,
      { STRIPE_API_KEY: key("noRight") },
    ],
    ["a key of the other mode", "fail", /--test was given/, {}, { expectMode: "test" }],
    ["nobody there", "fail", /ECONNREFUSED.*Stripe API Failure/, { STRIPE_API_BASE: "http://127.0.0.1:9" }],
  ])("%s: %s", async (_, outcome, says, env, options = {}) => {
    const set = { STRIPE_API_KEY: key("good"), STRIPE_API_BASE: standIn.url, ...env };
    const check = await checkOf("stripe", { env: set, ...options });
    expect(check).toMatchObject({ outcome, says: expect.stringMatching(says) });
  });

  it("that does not answer fails after its time", async () => {
    const env = { STRIPE_API_KEY: key("good"), STRIPE_API_BASE: `http://127.0.0.1:${silentPort()}` };
    const check = await checkOf("stripe", { env, seconds: 1 });
    expect(check).toMatchObject({ outcome: "fail", says: expect.stringMatching(/within 1 s\. .*Stripe API Failure/) });
  });

  it("is asked with GET alone", () => {
    expect([...new Set(standIn.requests.map(({ method }) => method))]).toEqual(["GET"]);
  });
});

describe.each(databaseKinds())("the database, %s", (kind) => {
  let database: TestDatabase;
  const as = (user: string, password: string): string => database.url.replace(/\/\/[^@/]*@?/, `//${user}:${password}@`);

  beforeAll(async () => {
    database = await startDatabase(kind);
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await loadSample(client);
    await client.query("ANALYZE subscriptions");
    if (kind === "postgres") {
      await client.query(
        "CREATE ROLE check_reader LOGIN PASSWORD 'hemligt'; GRANT SELECT ON subscriptions TO check_reader",
      );
      await client.query("CREATE ROLE check_nobody LOGIN PASSWORD 'hemligt'");
    }
    await client.end();
  });
  afterAll(() => database.stop());

  it("passes with its version, its rows and what this user may do", async () => {
    const check = await checkOf("database", { env: { DATABASE_URL: database.url } });
    expect(check).toMatchObject({ outcome: "pass", todo: null });
    expect(check.says).toMatch(
      /^PostgreSQL \d+\.\d+, ".*" on .*, answers in \d+ ms; "public"\."subscriptions", about 2,890 rows: .* all columns and change rows\.$/,
    );
  });

  it("fails for a table that is not there", async () => {
    const check = await checkOf("database", { env: { DATABASE_URL: database.url }, table: "subscription" });
    expect(check).toMatchObject({
      outcome: "fail",
      says: expect.stringMatching(/no table subscription .*subscriptions/),
    });
  });

  it.runIf(kind === "postgres")("says what a user may not do", async () => {
    const reader = await checkOf("database", { env: { DATABASE_URL: as("check_reader", "hemligt") } });
    expect(reader).toMatchObject({ outcome: "pass", says: expect.stringMatching(/all columns and change nothing/) });
    const nobody = await checkOf("database", { env: { DATABASE_URL: as("check_nobody", "hemligt") } });
    expect(nobody).toMatchObject({ outcome: "fail", todo: expect.stringContaining("GRANT SELECT") });
  });

  it.runIf(kind === "postgres")("fails for a wrong password, which it never repeats", async () => {
    const check = await checkOf("database", { env: { DATABASE_URL: as("check_reader", "hemligt2") } });
    expect(check).toMatchObject({
      outcome: "fail",
      says: expect.stringMatching(/password.*Database Connection Failure/),
    });
  });
});

it.each([
  ["no URL", "", "warn", /DATABASE_URL is not set/],
  ["a URL that is none", "mysql://root:hemligt@127.0.0.1/x", "fail", /no URL of PostgreSQL/],
  ["nobody there", "postgres://a:hemligt@127.0.0.1:9/x", "fail", /nothing listens.*Database Connection Failure/],
] as const)("the database with %s", async (_, url, outcome, says) => {
  const check = await checkOf("database", { env: { DATABASE_URL: url } });
  expect(check).toMatchObject({ outcome, says: expect.stringMatching(says) });
});

it("a database that does not answer fails after its time", async () => {
  const env = { DATABASE_URL: `postgres://a:hemligt@127.0.0.1:${silentPort()}/x` };
  const check = await checkOf("database", { env, seconds: 1 });
  expect(check).toMatchObject({
    outcome: "fail",
    says: expect.stringMatching(/within 1 s.*Database Connection Failure/),
  });
});
