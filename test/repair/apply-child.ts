/**
 * Applies a plan in a process of its own, to be killed. Its arguments are PLAN and OUT. It takes both sides from the
 * environment, says `ready` when it is about to begin and then what it does, and ends with 0 when the plan is applied.
 */
import { Client } from "pg";
import { applyPlan } from "../../src/repair/apply-plan";
import { readPlan } from "../../src/repair/plan";
import { connectStripe } from "../../src/sources/stripe-api/connect-stripe";

async function main(): Promise<void> {
  const [path = "", out = ""] = process.argv.slice(2);
  const plan = await readPlan(path);
  const client = new Client({ connectionString: process.env["DATABASE_URL"] });
  client.on("error", () => undefined);
  await client.connect();
  const { STRIPE_API_KEY: key, STRIPE_API_BASE: apiBase } = process.env;
  const stripe = await connectStripe({ key, apiBase, requestsPerSecond: 5000 });
  process.stdout.write("ready\n");
  const onProgress = (step: string): void => void process.stdout.write(`${step}\n`);
  await applyPlan({
    live: { stripe, client },
    plan,
    confirm: plan.hash,
    out,
    operator: "a test",
    maxShare: 1,
    batch: 3,
    onProgress,
  });
  await client.end();
}

main().catch((error: Error & { code?: string }) => {
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exit(3);
});
