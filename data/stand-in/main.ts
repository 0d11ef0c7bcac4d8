/**
 * Starts the stand-in for Stripe's API over the sample, until it is interrupted.
 *
 *     npx tsx data/stand-in/main.ts [--port N]
 *
 * Prints the two variables that point a command at it.
 */

import { once } from "node:events";
import { parseArgs } from "node:util";
import { sampleWorld } from "./sample-world";
import { startStandIn } from "./start-stand-in";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
  if (!/^\d{1,5}$/.test(values.port)) {
    console.error(`--port ${values.port}: not a port. Give a number up to 65535, or leave it out for any free one.`);
    process.exitCode = 2;
    return;
  }
  const standIn = await startStandIn({ ...sampleWorld(), port: Number(values.port) });
  const [key] = Object.keys(standIn.keys);
  console.log(`STRIPE_API_BASE=${standIn.url}`);
  console.log(`STRIPE_API_KEY=${key}`);
  console.error("The stand-in holds the sample's subscriptions. Ctrl+C ends it.");
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await standIn.close();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
