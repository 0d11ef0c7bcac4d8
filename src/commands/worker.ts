import { Command } from "commander";
import { say } from "./say";

/** `recon worker`: reconciles tenants that `recon watch --tenants` queued. */
export function workerCommand(): Command {
  return new Command("worker")
    .description(
      "take tenants off the queue and reconcile them, until it is stopped; run as many as you like, anywhere",
    )
    .addHelpText(
      "after",
      "\nThe sides are taken from DATABASE_URL and STRIPE_API_KEY, the queue from RECON_QUEUE_URL, or DATABASE_URL when it is not set.",
    )
    .action(async () => {
      const stop = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const)
        process.once(signal, () => {
          say(`recon: stopping (${signal}); the tenant at hand is finished first. Once more ends at once.`);
          stop.abort();
        });
      const { runWorker } = await import("../monitor/tenants/run-worker");
      await runWorker({ signal: stop.signal, onNotice: say });
    });
}
