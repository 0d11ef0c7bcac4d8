/**
 * How fast a repair works on a real PostgreSQL when Stripe is no limit, and how long its batches hold their locks.
 *
 *     npm run -s bench:repair -- [rows, 10000 when not given]
 *
 * The work of the database is what is counted: Stripe's answers are taken before the clock runs.
 */

import { applyBatch, type BatchContext } from "../../src/repair/apply-batch";
import { mapAgain } from "../../src/repair/apply-plan";
import { openJournal } from "../../src/repair/journal";
import { type DatabaseKind, databaseKinds } from "../postgres/start-database";
import { repairWorld } from "../repair/repair-world";

const BATCH = 50;

async function main(): Promise<void> {
  const rows = Number(process.argv[2] ?? 10_000);
  const kind = databaseKinds().at(-1) as DatabaseKind;
  // Of ten subscriptions five differ.
  const world = await repairWorld(kind, { count: rows * 2 });
  try {
    const { client } = world.live;
    const plan = await world.plan();
    const mapped = await mapAgain(client, plan);
    await openJournal(client);
    const context: BatchContext = { client, mapped, runId: "bench", bound: { plan_hash: plan.hash } };
    const seconds: number[] = [];
    let written = 0;
    for (let start = 0; start < plan.changes.length; start += BATCH) {
      const batch = plan.changes.slice(start, start + BATCH);
      const images = new Map(batch.map((change) => [change.subscription_id, change.stripe]));
      const began = performance.now();
      const result = await applyBatch(context, batch, images, new Map());
      seconds.push((performance.now() - began) / 1000);
      written += result.written.length;
    }
    const sum = seconds.reduce((all, each) => all + each, 0);
    const sorted = [...seconds].sort((a, b) => a - b);
    const line = (name: string, value: string): string => `${name.padEnd(34)}${value.padStart(12)}\n`;
    process.stdout.write(
      line("database", kind) +
        line("rows repaired", String(written)) +
        line("rows/s of database work", (written / sum).toFixed(0)) +
        line(`longest batch of ${BATCH}, its locks (s)`, (sorted.at(-1) ?? 0).toFixed(3)) +
        line("median batch (s)", (sorted[sorted.length >> 1] ?? 0).toFixed(3)),
    );
  } finally {
    await world.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
