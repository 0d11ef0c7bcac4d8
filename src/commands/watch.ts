import { setTimeout as sleep } from "node:timers/promises";
import { Command, InvalidArgumentError } from "commander";
import type { RunRecord } from "../monitor/run-record";
import { ReconError } from "../recon-error";
import { given } from "./option-values";
import { recordingOf } from "./recording-of";
import { say } from "./say";
import { checkSides, type SideOptions, sideArguments, withSides } from "./with-sides";
import { audienceOf, type TellingOptions, withTelling } from "./with-telling";

interface Options extends SideOptions, TellingOptions {
  readonly every: string;
  readonly metricsPort?: number;
  readonly metricsHost?: string;
}

/** `recon watch`: reconciles on schedule, each run a `recon report` in a process of its own. */
export function watchCommand(): Command {
  return withTelling(withSides(new Command("watch")))
    .description(
      "reconcile on schedule until it is stopped: each run a report on record, never two of one scope at once",
    )
    .requiredOption("--every <schedule>", 'when, as in a crontab, in UTC: "0 * * * *" is each full hour', given)
    .option("--metrics-port <port>", "serve metrics at http://127.0.0.1:<port>/metrics", port)
    .option("--metrics-host <address>", "serve them at this address instead; nothing is asked of who reads them", given)
    .addHelpText(
      "after",
      "\nReports go to the folder of reports (RECON_REPORTS). Every time that is due is on record: see recon history.",
    )
    .action(watch);
}

async function watch({ every, metricsPort, metricsHost, ...options }: Options): Promise<void> {
  const { metricsTextfile, notifyCommand, notifyUrl, ...sides } = options;
  checkSides(sides, "recon watch");
  const { readSchedule } = await import("../monitor/schedule");
  const now = (): Date => new Date();
  const schedule = readSchedule(every, now());
  if (sides.live === true) await checkEnvironment(sides);
  if (metricsHost !== undefined && metricsPort === undefined)
    throw new ReconError("metrics_port", "--metrics-host says where: give --metrics-port with it, or leave it out.");
  const others = audienceOf({ metricsTextfile, notifyCommand, notifyUrl } as TellingOptions);
  const { recording } = recordingOf(sides, { ...process.env, RECON_TRIGGER: "watch" });
  const { signal, exitCode } = stopOnSignals();
  const [{ watchScope }, { runChild }, { afterRun, firstMetrics }, { serveMetrics }] = await Promise.all([
    import("../monitor/watch-scope"),
    import("../monitor/run-child"),
    import("../monitor/after-run"),
    import("../monitor/serve-metrics"),
  ]);
  const server =
    metricsPort === undefined ? null : await serveMetrics({ port: metricsPort, host: metricsHost ?? "127.0.0.1" });
  const source = sides.live === true ? "live" : "files";
  const audience = { ...others, onMetrics: server?.set };
  const telling = { audience, place: recording, period: schedule.period, now, onNotice: say, signal };
  if (server !== null) await firstMetrics({ scope: recording.scope, source }, telling);
  say(`Watching ${recording.scope}, next at ${minuteText(schedule.next(now()))} UTC.`);
  if (server !== null) say(`Metrics: ${server.url}`);
  // What others are told, they are told here.
  const env = { RECON_TRIGGER: "watch", RECON_NOTIFY_URL: "" };
  const args = ["report", ...sideArguments(sides)];
  await watchScope({
    ...{ schedule, recording, signal, source, now, onNotice: say },
    sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
    reconcile: (runId) => runChild({ args, env: { ...env, RECON_RUN_ID: runId }, signal }),
    onRecord: async (record) => {
      say(recordText(record));
      await afterRun(record, telling);
    },
  });
  await server?.close();
  process.exitCode = exitCode();
}

function minuteText(time: Date | null): string {
  return time?.toISOString().slice(0, 16).replace("T", " ") ?? "no time any more";
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError("expected a port, from 0 to 65535.");
  return number;
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
