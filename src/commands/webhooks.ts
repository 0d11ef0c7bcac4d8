import { join } from "node:path";
import { Command } from "commander";
import { checkFolder } from "../check-folder";
import type { WebhookHistory } from "../drift/webhook-log/webhook-history";
import { progressLine } from "../progress-line";
import type { FailedEvent } from "../sources/stripe-api/list-failed-events";
import { endOnSignals } from "./end-on-signals";
import { given } from "./option-values";
import { say } from "./say";

interface Options {
  readonly log: readonly string[];
  readonly subscriptions: string;
  readonly out?: string;
  readonly stripeEvents?: true;
  readonly stripeAccount?: string;
}

/** `recon webhooks`: what logs tell of the webhooks of affected subscriptions, and when webhooks failed. */
export function webhooksCommand(): Command {
  return new Command("webhooks")
    .description("look through logs for the webhooks of affected subscriptions, and for the times when webhooks failed")
    .requiredOption(
      "--log <file...>",
      "logs of what receives the webhooks: text, JSON lines or gzip; - for the standard input",
    )
    .requiredOption(
      "--subscriptions <file>",
      "discrepancies.csv or its folder, findings.json, or a text with one id a line",
      given,
    )
    .option("--out <dir>", "folder for webhooks.json (default: only what is said here)", given)
    .option("--stripe-events", "also ask Stripe for events of 30 days that it could not deliver (STRIPE_API_KEY)")
    .option("--stripe-account <id>", "connected account whose events are asked for", given)
    .action(readLogs);
}

async function readLogs({ log, subscriptions, out, stripeEvents, stripeAccount }: Options): Promise<void> {
  endOnSignals(out === undefined ? "nothing was written" : `${out} is as it was`);
  if (out !== undefined) checkFolder(out);
  const { readWebhookLogs } = await import("../drift/webhook-log/read-webhook-logs");
  const progress = progressLine();
  const history = await readWebhookLogs({
    logs: log,
    subscriptions,
    out,
    stdin: process.stdin,
    now: Date.now,
    undelivered: stripeEvents ? await undeliveredEvents(stripeAccount) : undefined,
    onProgress: progress.step,
  }).finally(progress.end);
  say(historyText(history));
  if (out !== undefined) say(`Webhooks: ${join(out, "webhooks.json")}`);
}

async function undeliveredEvents(stripeAccount: string | undefined): Promise<AsyncIterable<FailedEvent>> {
  const { connectStripe } = await import("../sources/stripe-api/connect-stripe");
  const { listFailedEvents } = await import("../sources/stripe-api/list-failed-events");
  const { SUBSCRIPTION_EVENTS } = await import("../drift/webhook-log/event-types");
  const { env } = process;
  const connection = await connectStripe({
    key: env["STRIPE_API_KEY"],
    apiBase: env["STRIPE_API_BASE"],
    stripeAccount,
  });
  return listFailedEvents(connection, { types: SUBSCRIPTION_EVENTS });
}

/** How many rows of a table are shown; the rest is in the file. */
const SHOWN = 10;

/** The states, the windows, the failures and what was never seen, for a terminal. */
function historyText(history: WebhookHistory): string {
  const { counts, entries, windows, silences, failures, ignored_types, stripe_undelivered, deliveries } = history;
  const tellsWhose = entries.named > 0 || stripe_undelivered !== null;
  const neverSeen = history.subscriptions.filter(({ state }) => state === "never_seen").map(({ id }) => id);
  const late = counts.delivered_late === 0 ? "" : `  (${number(counts.delivered_late)} of them late, after failures)`;
  const lines = [
    "",
    `${number(entries.webhooks)} entries about webhooks${history.from === null ? "" : `, ${short(history.from)} to ${short(history.to ?? "")} UTC`}; ${number(deliveries.failed)} of ${number(deliveries.total)} deliveries failed`,
    ...(tellsWhose
      ? [
          "",
          `Subscriptions   delivered   ${number(counts.delivered).padStart(9)}${late}`,
          `                failed      ${number(counts.failed).padStart(9)}`,
          `                never seen  ${number(counts.never_seen).padStart(9)}`,
        ]
      : []),
    ...table("Failure windows (UTC)", windows, (window) => {
      const reasons = window.reasons.slice(0, 3).map(({ reason, count }) => `${reason} (${number(count)})`);
      const until = window.open ? `${short(window.to)}, none well since` : short(window.to);
      return `${short(window.from)} to ${until}: ${number(window.failed)} of ${number(window.total)} failed; ${reasons.join(", ")}`;
    }),
    ...table(
      "No webhooks at all (UTC)",
      silences,
      ({ from, to, expected }) => `${short(from)} to ${short(to)}: about ${number(expected)} were due`,
    ),
    ...table(
      "Failures",
      failures,
      ({ reason, type, count }) => `${number(count).padStart(9)}  ${reason.padEnd(20)}  ${type ?? "event not named"}`,
    ),
    ...table(
      "Events the application does nothing with",
      ignored_types,
      ({ type, count }) => `${number(count).padStart(9)}  ${type ?? "type not named"}`,
    ),
    ...table("Never seen", tellsWhose ? neverSeen : [], (id) => id),
    ...(stripe_undelivered === null
      ? []
      : [
          "",
          `Stripe could not deliver ${number(stripe_undelivered.events)} events of the last 30 days, ${number(stripe_undelivered.affected)} of them of these subscriptions.`,
        ]),
    ...table("Warnings", history.warnings, ({ message }) => message),
    "",
    `Next: ${history.next_step}`,
  ];
  return lines.join("\n");
}

/** A heading and the first rows below it; nothing when there is none. */
function table<T>(heading: string, rows: readonly T[], text: (row: T) => string): string[] {
  if (rows.length === 0) return [];
  const more = rows.length > SHOWN ? [`  … and ${number(rows.length - SHOWN)} more`] : [];
  return ["", heading, ...rows.slice(0, SHOWN).map((row) => `  ${plain(text(row))}`), ...more];
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function short(time: string): string {
  return time.slice(0, 19).replace("T", " ").replace("Z", "");
}

/** What comes from a log is text: it moves no cursor and colors nothing. */
function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
}
