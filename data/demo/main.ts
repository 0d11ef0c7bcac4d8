/**
 * The whole way from nothing to a report, with the real commands and no server: a stand-in for Stripe's API over the sample, and
 * PGlite with the sample's table.
 *
 *     npm run demo
 *
 * A STRIPE_API_KEY replaces the stand-in, a DATABASE_URL replaces PGlite; both are only read.
 */

import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { sampleWorld } from "../stand-in/sample-world";
import { startStandIn } from "../stand-in/start-stand-in";
import { loadSample } from "./load-sample";
import { startPglite } from "./start-pglite";

/** One command of the terminal, as a person would type it. */
interface Step {
  readonly title: string;
  readonly args: readonly string[];
  /** Exit codes that do not end the demo: to have found discrepancies is no failure. */
  readonly good: readonly number[];
}

/** A side of the demo: what the commands find in their environment, and how it ends. */
interface Side {
  readonly words: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const PROJECT = join(__dirname, "..", "..");
const FOLDER = join("reports", "demo");
const STRIPE = join(FOLDER, "stripe.ndjson.gz");
const DATABASE = join(FOLDER, "database.csv.gz");
const REPORT = join(FOLDER, "report");

const STEPS: readonly Step[] = [
  { title: "Safety checks", args: ["check"], good: [0] },
  { title: "Export Stripe", args: ["export", "stripe", "--out", STRIPE], good: [0] },
  { title: "Export the database", args: ["export", "database", "--out", DATABASE], good: [0] },
  {
    title: "Reconcile, find the cause, save the report",
    args: ["report", "--stripe", STRIPE, "--database", DATABASE, "--out", REPORT],
    good: [0, 1],
  },
];

async function main(): Promise<number> {
  rmSync(join(PROJECT, FOLDER), { recursive: true, force: true });
  const stripe = await openStripe();
  const database = await openDatabase();
  try {
    tell(`Stripe:     ${stripe.words}`, `PostgreSQL: ${database.words}`);
    for (const [index, step] of STEPS.entries()) {
      tell("", `── ${index + 1}/${STEPS.length} ${step.title}`, `$ npm run -s recon -- ${step.args.join(" ")}`, "");
      const code = await run(step.args, { ...stripe.env, ...database.env });
      if (!step.good.includes(code)) {
        tell("", `The demo ends here: the command ended with ${code}.`);
        return code === 0 ? 2 : code;
      }
    }
    tell("", "The same on your own account: set STRIPE_API_KEY and DATABASE_URL, then give the last three commands.");
    return 0;
  } finally {
    await stripe.stop();
    await database.stop();
  }
}

async function openStripe(): Promise<Side> {
  if ((process.env["STRIPE_API_KEY"] ?? "") !== "")
    return { words: "the account of STRIPE_API_KEY, only read", env: {}, stop: async () => undefined };
  const standIn = await startStandIn(sampleWorld());
  const [key = ""] = Object.keys(standIn.keys);
  return {
    words: `a local stand-in for its API, over the sample's subscriptions, at ${standIn.url}`,
    env: { STRIPE_API_KEY: key, STRIPE_API_BASE: standIn.url },
    stop: () => standIn.close(),
  };
}

async function openDatabase(): Promise<Side> {
  if ((process.env["DATABASE_URL"] ?? "") !== "")
    return { words: "the database of DATABASE_URL, only read", env: {}, stop: async () => undefined };
  const database = await startPglite();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await loadSample(client);
  await client.query("ANALYZE subscriptions");
  await client.end();
  return {
    words: "PGlite, embedded, with the sample's table",
    env: { DATABASE_URL: database.url },
    stop: () => database.stop(),
  };
}

/** Runs one command of the terminal and shows what it says; gives its exit code. */
function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", join("src", "cli.ts"), ...args], {
      cwd: PROJECT,
      env: { ...process.env, ...env },
      stdio: "inherit",
    });
    child.on("error", reject).on("close", (code) => resolve(code ?? 2));
  });
}

function tell(...lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

// Ctrl-C reaches the command that runs, too: the demo ends with it, and closes what it opened.
process.on("SIGINT", () => undefined).on("SIGTERM", () => undefined);

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
