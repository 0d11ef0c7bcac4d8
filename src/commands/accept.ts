import { Command, InvalidArgumentError, Option } from "commander";
import type { AcceptRequest } from "../monitor/accept-drift";
import type { OpenHistory } from "../monitor/history";
import { ReconError } from "../recon-error";
import { operatorName } from "../repair/operator-name";
import { KINDS, type Kind } from "../subscription";
import { given, timeSpan } from "./option-values";
import { say } from "./say";
import { plain, withHistory } from "./with-history";

interface Options {
  readonly kind: readonly Kind[];
  readonly tenant: readonly string[];
  readonly report?: string;
  readonly scope: string;
  readonly who?: string;
  readonly why?: string;
  readonly until?: Date;
  readonly revoke?: true;
  readonly list?: true;
}

/** `recon accept`: drift that somebody decided to live with for a while. */
export function acceptCommand(): Command {
  const kind = new Option("--kind <kind...>", "only of these kinds").choices(KINDS).default([], "all");
  return new Command("accept")
    .argument("[subscriptions...]", "ids; without any all that the other options select")
    .description(
      "put on record who lives with which discrepancies, why and until when: no alert fires for them so long",
    )
    .addOption(kind)
    .option("--tenant <tenant...>", "only of these tenants", [])
    .option("--report <dir>", "report that found them (default: the newest on record)", given)
    .option("--scope <scope>", "newest report of this scope", given, "all")
    .option("--who <name>", "who decided it (default: RECON_OPERATOR, else the user of the machine)", given)
    .option("--why <text>", "the reason", given)
    .option("--until <time>", "a day, a time in UTC, or a time from now such as 30d; a year at most", until)
    .option("--revoke", "take acceptances back, of these subscriptions and kinds")
    .option("--list", "list what is accepted now")
    .addHelpText("after", HELP)
    .action(accept);
}

const HELP = `
What is accepted is what the report found, one discrepancy each: later ones of the same kind or tenant are new. The next reconciliation
counts it as accepted, not as actionable, in metrics and alerts; its report still shows it. After that time it is new again.`;

async function accept(subscriptions: readonly string[], options: Options): Promise<void> {
  if (options.list === true) return withHistory(false, list);
  const { kind: kinds, tenant: tenants, who = operatorName(), why, until: time, revoke, report, scope } = options;
  if (subscriptions.length + kinds.length + tenants.length === 0)
    throw new ReconError("nothing_selected", "recon accept needs ids of subscriptions, --kind or --tenant.");
  if (why === undefined) throw new ReconError("no_reason", "recon accept needs --why: the reason is on record.");
  if (revoke === true && (time !== undefined || tenants.length > 0 || report !== undefined))
    throw new ReconError("bad_revoke", "--revoke takes ids and --kind alone, and holds at once.");
  if (revoke !== true && time === undefined)
    throw new ReconError("bad_until", "recon accept needs --until: a time to look again, such as 30d.");
  const request: AcceptRequest = {
    ...{ subscriptions, kinds, tenants, who, why, report, scope },
    until: revoke === true ? null : (time ?? null),
    now: new Date(),
  };
  const { acceptDrift } = await import("../monitor/accept-drift");
  const { discrepancies, until } = await withHistory(true, (history) => acceptDrift(history, request));
  const those = `${discrepancies.length} ${discrepancies.length === 1 ? "discrepancy" : "discrepancies"}`;
  say(revoke === true ? `${those} no longer accepted, by ${who}.` : `${those} accepted until ${until} by ${who}.`);
}

async function list(history: OpenHistory): Promise<void> {
  const { openAcceptances } = await import("../monitor/open-acceptances");
  const open = openAcceptances(await history.events(), new Date());
  if (open.length === 0) say("Nothing is accepted.");
  for (const { subscription_id, kind, acceptance } of open) {
    const { until, who, why } = acceptance;
    process.stdout.write(`${plain(`${subscription_id}  ${kind}  until ${until}  ${who}: ${why}`)}\n`);
  }
}

/** A day is meant to its end. */
function until(text: string): Date {
  if (/^\d+[hdw]$/.test(text)) return new Date(Date.now() + timeSpan(text));
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/.test(text);
  const time = new Date(isDay ? `${text}T23:59:59Z` : text);
  if (!(isDay || isTime) || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError("expected a day such as 2026-12-31, a time such as 2026-12-31T12:00:00Z, or 30d.");
  return time;
}
