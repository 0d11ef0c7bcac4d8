/**
 * The whole way from nothing to a report, a repair and back, with the real commands and no server: a stand-in for Stripe's API over the
 * sample, and PGlite with the sample's table. It ends with the health page over a simulated week, in a database of its own.
 *
 *     npm run demo
 *
 * A STRIPE_API_KEY replaces the stand-in, a DATABASE_URL replaces PGlite; both are only read then, and nothing is repaired.
 */

import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { openSides } from "./open-sides";
import { recordWeek, SIMULATED } from "./record-week";
import { startPglite } from "./start-pglite";

/** One command of the terminal, as a person would type it. */
interface Step {
  readonly title: string;
  /** Some follow from what an earlier step wrote. */
  readonly args: () => readonly string[];
  /** Exit codes that do not end the demo: to have found discrepancies is no failure. */
  readonly good?: readonly number[];
}

const PROJECT = join(__dirname, "..", "..");
const FOLDER = join("reports", "demo");
const REPORT = join(FOLDER, "report");
const REPAIR = join(FOLDER, "repair");
const PLAN = join(REPAIR, "plan.json");
/** The stand-in takes more requests a second than Stripe. */
const RATE = ["--rate", "200"];

function exportsIn(folder: string): { readonly steps: readonly Step[]; readonly args: readonly string[] } {
  const [stripe, database] = [join(folder, "stripe.ndjson.gz"), join(folder, "database.csv.gz")];
  const steps = [
    { title: "Export Stripe", args: () => ["export", "stripe", "--out", stripe] },
    { title: "Export the database", args: () => ["export", "database", "--out", database] },
  ];
  return { steps, args: ["--stripe", stripe, "--database", database] };
}

const before = exportsIn(FOLDER);
const READING: readonly Step[] = [
  { title: "Safety checks", args: () => ["check"] },
  ...before.steps,
  {
    title: "Reconcile, find the cause, save the report",
    args: () => ["report", ...before.args, "--out", REPORT, "--no-history"],
    good: [0, 1],
  },
];

const after = exportsIn(join(FOLDER, "after"));
const apply: Step["args"] = () => ["repair", "apply", PLAN, "--confirm", hashOfPlan(), "--max-share", "0.1", ...RATE];
/** Only where both sides are the demo's own: nobody's database is repaired by it. */
const REPAIRING: readonly Step[] = [
  {
    title: "Plan the repair: a dry run to read and sign",
    args: () => ["repair", "plan", REPORT, "--preset", "default", "--out", REPAIR, ...RATE],
  },
  { title: "Apply it: backup, first rows, the others, verification", args: apply },
  { title: "Undo it", args: () => ["repair", "rollback", newestRun(), "--delete-inserted"] },
  { title: "Apply it again", args: apply },
  { title: "Verify it again, as after 24 hours", args: () => ["repair", "verify", newestRun(), ...RATE] },
  ...after.steps.map((step) => ({ ...step, title: `${step.title} again` })),
  {
    title: "Reconcile again: nothing is left to act on",
    args: () => ["diff", ...after.args, "--out", join(FOLDER, "after")],
  },
  { title: "The audit trail", args: () => ["audit", newestRun()] },
];

const HEALTH = join(FOLDER, "health");

const HEALTH_STEP: Step = {
  title: "Is the reconciliation healthy? Over a week that is simulated: hourly runs, one incident",
  args: () => ["health", "--label", SIMULATED, "--out", HEALTH],
};

async function main(): Promise<number> {
  rmSync(join(PROJECT, FOLDER), { recursive: true, force: true });
  mkdirSync(join(PROJECT, FOLDER, "after"), { recursive: true });
  const { stripe, database } = await openSides();
  const isOurs = stripe.env["STRIPE_API_KEY"] !== undefined && database.env["DATABASE_URL"] !== undefined;
  const steps = isOurs ? [...READING, ...REPAIRING] : READING;
  try {
    tell(`Stripe:     ${stripe.words}`, `PostgreSQL: ${database.words}${isOurs ? "" : "; this demo only reads it"}`);
    const env = { ...stripe.env, ...database.env };
    for (const [index, step] of steps.entries()) {
      const code = await take(step, `${index + 1}/${steps.length + 1}`, env);
      if (code !== 0) return code;
    }
  } finally {
    await stripe.stop();
    await database.stop();
  }
  const code = await showHealth(`${steps.length + 1}/${steps.length + 1}`);
  if (code === 0)
    tell("", "The same on your own account: set STRIPE_API_KEY and DATABASE_URL, then give these commands.");
  return code;
}

/** The last step, over a week that is simulated: real reconciliations would take a week. */
async function showHealth(number: string): Promise<number> {
  const database = await startPglite();
  try {
    await recordWeek(database.url, join(PROJECT, HEALTH), new Date());
    const env = { DATABASE_URL: database.url, RECON_REPORTS: HEALTH };
    return await take(HEALTH_STEP, number, env);
  } finally {
    await database.stop();
  }
}

/** Gives a command and shows what it says; 0 when it ended well. */
async function take(step: Step, number: string, env: Readonly<Record<string, string>>): Promise<number> {
  const { title, args, good = [0] } = step;
  const given = args();
  const shown = given.map((arg) => (arg.includes(" ") ? `"${arg}"` : arg));
  tell("", `── ${number} ${title}`, `$ npm run -s recon -- ${shown.join(" ")}`, "");
  const code = await run(given, env);
  if (good.includes(code)) return 0;
  tell("", `The demo ends here: the command ended with ${code}.`);
  return code === 0 ? 2 : code;
}

function hashOfPlan(): string {
  return JSON.parse(readFileSync(join(PROJECT, PLAN), "utf8")).hash.slice(0, 12);
}

/** The run's own folder beside the plan is called after it. */
function newestRun(): string {
  const runs = readdirSync(join(PROJECT, REPAIR)).filter((name) => name.startsWith("repair-"));
  return runs.sort((one, other) => timeOf(one) - timeOf(other)).at(-1) ?? "";
}

function timeOf(run: string): number {
  return statSync(join(PROJECT, REPAIR, run)).mtimeMs;
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
