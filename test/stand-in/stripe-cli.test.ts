import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StandIn } from "../../data/stand-in/stand-in";
import { startStandIn } from "../../data/stand-in/start-stand-in";
import { keyOf } from "../../data/stand-in/world";
import { ACCOUNT, clientOf, DAY, smallAccount } from "./small-account";

const ROOT = join(__dirname, "..", "..");
const CLI = join(ROOT, "node_modules", ".bin", "stripe");
const LIVE = keyOf({ id: ACCOUNT, livemode: true });
const home = mkdtempSync(join(tmpdir(), "stripe-cli-"));
let standIn: StandIn;

beforeAll(async () => {
  standIn = await startStandIn({ accounts: [smallAccount(), smallAccount(false)], now: () => DAY * 1000 });
});
afterAll(async () => {
  await standIn.close();
  rmSync(home, { recursive: true, force: true });
});

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the Stripe CLI as the runbook does, with a home of its own and nothing of the caller's environment. */
function stripe(key: string, ...args: readonly string[]): Promise<Ended> {
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    XDG_CONFIG_HOME: home,
    STRIPE_CLI_TELEMETRY_OPTOUT: "1",
    STRIPE_API_KEY: key,
  };
  return new Promise((resolve) => {
    execFile(CLI, [...args, "--api-base", standIn.url], { env, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

// The command is there on every machine; the program it starts is a package of the platform.
const isThere =
  spawnSync(CLI, ["version"], { env: { PATH: process.env["PATH"], HOME: home, STRIPE_CLI_TELEMETRY_OPTOUT: "1" } })
    .status === 0;
if (!isThere) console.error("The Stripe CLI is not installed: the runbook's commands are not tried. Run `npm ci`.");

describe("the Stripe CLI is there", () => {
  it.runIf(process.env["CI"] === "true")("on a machine that checks", () => expect(isThere).toBe(true));
});

describe.runIf(isThere)("the real Stripe CLI runs the runbook's commands", () => {
  it("lists subscriptions of every status, page after page", async () => {
    const first = await stripe(LIVE, "subscriptions", "list", "--limit", "30", "--status", "all", "--live");
    expect(first.status).toBe(0);
    const page = JSON.parse(first.stdout);
    expect([page.data.length, page.has_more]).toEqual([30, true]);
    const rest = await stripe(
      LIVE,
      "subscriptions",
      "list",
      "--limit",
      "100",
      "--status",
      "all",
      "--starting-after",
      page.data.at(-1).id,
      "--live",
    );
    expect(JSON.parse(rest.stdout)).toMatchObject({ object: "list", has_more: false });
    expect(JSON.parse(rest.stdout).data).toHaveLength(7);
  });

  it("prints what the stand-in sent, byte for byte", async () => {
    const { stdout } = await stripe(LIVE, "subscriptions", "retrieve", "sub_0007", "--live");
    const found = await clientOf(standIn, LIVE).subscriptions.retrieve("sub_0007");
    expect(stdout.trimEnd()).toBe(JSON.stringify(found, null, 2));
  });

  it.each([
    [
      "an id Stripe lacks",
      LIVE,
      ["subscriptions", "retrieve", "sub_none", "--live"],
      "resource_missing",
      "No such subscription: 'sub_none'",
    ],
    [
      "a live id with a test key",
      keyOf({ id: ACCOUNT, livemode: false }),
      ["subscriptions", "retrieve", "sub_0007"],
      "resource_missing",
      "a similar object exists in live mode",
    ],
    [
      "the runbook's page of a thousand",
      LIVE,
      ["subscriptions", "list", "--limit", "1000", "--live"],
      "parameter_invalid_integer",
      "less than or equal to 100",
    ],
  ])("ends with 0 and an error document for %s", async (_, key, args, code, message) => {
    const { status, stdout } = await stripe(key, ...args);
    expect(status).toBe(0);
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it("checks that the key reads, and ends otherwise than 0 for one that is refused", async () => {
    const good = await stripe(LIVE, "customers", "list", "--limit", "1", "--live");
    expect([good.status, JSON.parse(good.stdout).data.length]).toEqual([0, 1]);
    const bad = await stripe("rk_live_refused_key", "customers", "list", "--limit", "1", "--live");
    expect(bad.status).not.toBe(0);
  });

  it("lists the events whose deliveries failed, also of several types", async () => {
    const failed = await stripe(LIVE, "events", "list", "--delivery-success=false", "--live");
    expect(JSON.parse(failed.stdout).data.map((each: { id: string }) => each.id)).toEqual(["evt_2", "evt_3"]);
    const types = ["customer.subscription.deleted", "customer.subscription.created"].flatMap((type) => [
      "--types",
      type,
    ]);
    const some = await stripe(LIVE, "events", "list", ...types, "--live");
    expect(JSON.parse(some.stdout).data.map((each: { id: string }) => each.id)).toEqual(["evt_1", "evt_3", "evt_4"]);
  });

  it("is refused where it writes", async () => {
    const { stdout } = await stripe(LIVE, "subscriptions", "cancel", "sub_0003", "--confirm", "--live");
    // Above the answer it says which mode it wrote to.
    expect(JSON.parse(stdout.slice(stdout.indexOf("{"))).error.message).toContain("read only");
    expect(standIn.requests.at(-1)).toMatchObject({ method: "DELETE", status: 405 });
  });
});

describe("main.ts", () => {
  it("serves the sample where it says, with the key it prints, and ends when asked", async () => {
    const child = spawn(process.execPath, ["--import", "tsx", join("data", "stand-in", "main.ts")], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const printed: Record<string, string> = {};
    for await (const line of createInterface({ input: child.stdout })) {
      const [name = "", value = ""] = line.split("=");
      printed[name] = value;
      if ("STRIPE_API_BASE" in printed && "STRIPE_API_KEY" in printed) break;
    }
    const response = await fetch(`${printed["STRIPE_API_BASE"]}/v1/subscriptions?limit=1`, {
      headers: { authorization: `Bearer ${printed["STRIPE_API_KEY"]}` },
    });
    expect(response.status).toBe(200);
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });
});
