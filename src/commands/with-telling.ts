import type { Command } from "commander";
import type { Audience } from "../monitor/after-run";
import { readUrlHook } from "../monitor/post-hook";
import { given } from "./option-values";

/** Who is told of a run. */
export interface TellingOptions {
  readonly metricsTextfile?: string;
  readonly notifyCommand?: string;
  readonly notifyUrl?: string;
}

const HOOKS = `
Hooks are told, as JSON, of new findings, more of them, none any more, no result, and a result again; not again of the same.
RECON_NOTIFY_SECRET signs what is posted: Recon-Signature: t=<Unix seconds>,v1=<HMAC-SHA256 of "<t>.<body>", hex>.
RECON_NOTIFY_URL does as --notify-url, out of sight of a list of processes.`;

/** Adds the options of a command that tells others of its runs. */
export function withTelling(command: Command): Command {
  return command
    .option("--metrics-textfile <file>", "write metrics for the node exporter's textfile collector (….prom)", given)
    .option("--notify-command <command>", "command of the shell that gets what is new on its standard input", given)
    .option("--notify-url <url>", "URL that what is new is posted to, signed; https, or http on this machine", given)
    .addHelpText("after", HOOKS);
}

/** @throws ReconError for a URL that is none to post to, or without a secret to sign with */
export function audienceOf(
  { metricsTextfile, notifyCommand, notifyUrl }: TellingOptions,
  env: NodeJS.ProcessEnv = process.env,
): Audience {
  const url = notifyUrl ?? (env["RECON_NOTIFY_URL"] || undefined);
  return {
    textfile: metricsTextfile,
    command: notifyCommand,
    url: url === undefined ? undefined : readUrlHook(url, env["RECON_NOTIFY_SECRET"]),
  };
}
