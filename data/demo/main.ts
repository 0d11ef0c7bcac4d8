/**
 * The whole way from nothing to a report, a repair and back, with the real commands and no server: a stand-in for Stripe's API over the
 * sample, and PGlite with the sample's table.
 *
 *     npm run demo
 *
 * A STRIPE_API_KEY replaces the stand-in, a DATABASE_URL replaces PGlite; both are only read then, and nothing is repaired.
 */

import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { openSides } from "./open-sides";

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

async function main(): Promise<number> {
  rmSync(join(PROJECT, FOLDER), { recursive: true, force: true });
  mkdirSync(join(PROJECT, FOLDER, "after"), { recursive: true });
  const { stripe, database } = await openSides();
  const isOurs = stripe.env["STRIPE_API_KEY"] !== undefined && database.env["DATABASE_URL"] !== undefined;
  const steps = isOurs ? [...READING, ...REPAIRING] : READING;
  try {
    tell(`Stripe:     ${stripe.words}`, `PostgreSQL: ${database.words}${isOurs ? "" : "; this demo only reads it"}`);
    for (const [index, { title, args, good = [0] }] of steps.entries()) {
      const given = args();
      tell("", `── ${index + 1}/${steps.length} ${title}`, `$ npm run -s recon -- ${given.join(" ")}`, "");
      const code = await run(given, { ...stripe.env, ...database.env });
      if (!good.includes(code)) {
        tell("", `The demo ends here: the command ended with ${code}.`);
        return code === 0 ? 2 : code;
      }
    }
    tell("", "The same on your own account: set STRIPE_API_KEY and DATABASE_URL, then give these commands.");
    return 0;
  } finally {
    await stripe.stop();
    await database.stop();
  }
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
