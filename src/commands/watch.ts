import { Command } from "commander";
import type { RunRecord } from "../monitor/run-record";
import { given } from "./option-values";
import { recordingOf } from "./recording-of";
import { say } from "./say";
import { checkSides, type SideOptions, sideArguments, withSides } from "./with-sides";

interface Options extends SideOptions {
  readonly every: string;
}

/** `recon watch`: reconciles on schedule, each run a `recon report` in a process of its own. */
export function watchCommand(): Command {
  return withSides(new Command("watch"))
    .description(
      "reconcile on schedule until it is stopped: each run a report on record, never two of one scope at once",
    )
    .requiredOption("--every <schedule>", 'when, as in a crontab, in UTC: "0 * * * *" is each full hour', given)
    .addHelpText(
      "after",
      "\nReports go to the folder of reports (RECON_REPORTS). Every time that is due is on record: see recon history.",
    )
    .action(watch);
}

async function watch({ every, ...sides }: Options): Promise<void> {
  checkSides(sides, "recon watch");
  const { readSchedule } = await import("../monitor/schedule");
  const schedule = readSchedule(every, new Date());
  if (sides.live === true) await checkEnvironment(sides);
  const { runChild } = await import("../monitor/run-child");
  const { watchScope } = await import("../monitor/watch-scope");
  const { setTimeout: sleepFor } = await import("node:timers/promises");
  const { recording } = recordingOf(sides, { ...process.env, RECON_TRIGGER: "watch" });
  const { signal, exitCode } = stopOnSignals();
  const args = ["report", ...sideArguments(sides)];
  say(
    `Watching ${recording.scope}, next at ${schedule.next(new Date())?.toISOString().slice(0, 16).replace("T", " ")} UTC.`,
  );
  await watchScope({
    ...{ schedule, recording, signal, onNotice: say, source: sides.live === true ? "live" : "files" },
    now: () => new Date(),
    sleep: (milliseconds) => sleepFor(milliseconds, undefined, { signal }).catch(() => undefined),
    reconcile: (runId) => runChild({ args, env: { RECON_TRIGGER: "watch", RECON_RUN_ID: runId }, signal }),
    onRecord: async (record) => {
      say(recordText(record));
    },
  });
  process.exitCode = exitCode();
}

/** A key or a URL that is wrong now is wrong at each full hour. */
async function checkEnvironment({ mode }: SideOptions): Promise<void> {
  const { readKey } = await import("../sources/stripe-api/read-key");
  const { readDatabaseUrl } = await import("../sources/postgres/database-url");
  readKey(process.env["STRIPE_API_KEY"], mode);
  readDatabaseUrl(process.env["DATABASE_URL"]);
}

/** The first signal stops the run that goes on, and the watch after it; a second one ends at once. */
function stopOnSignals(): { readonly signal: AbortSignal; readonly exitCode: () => number } {
  const controller = new AbortController();
  let code = 0;
  for (const [name, exit] of [
    ["SIGINT", 130],
    ["SIGTERM", 0],
  ] as const)
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exit);
      code = exit;
      say(`recon: stopping after ${name}; once more to stop at once.`);
      controller.abort();
    });
  return { signal: controller.signal, exitCode: () => code };
}

function recordText({
  run_id,
  outcome,
  verdict,
  affected_subscriptions: affected,
  message,
  report,
}: RunRecord): string {
  const what = outcome === "finished" ? `${verdict}, ${affected} affected: ${report}` : `${outcome}: ${message}`;
  return `${run_id} ${what}`;
}
