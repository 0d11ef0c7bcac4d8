import { join } from "node:path";
import { ReconError } from "../recon-error";
import { isoSeconds } from "../reconcile/summarize";
import { readSummary } from "../reconcile/summary";
import type { Acceptance } from "./history-event";
import { type AcceptedDiscrepancy, openAcceptances } from "./open-acceptances";
import { isComparable } from "./open-findings";
import type { RunHistory } from "./run-history";
import { type Selection, selectDiscrepancies } from "./select-discrepancies";

/** Who accepts what, why and until when. */
export interface AcceptRequest extends Selection {
  readonly who: string;
  readonly why: string;
  /** Null takes acceptances back at once. */
  readonly until: Date | null;
  /** Folder of the report that found them; the newest one on record when not given. */
  readonly report?: string | undefined;
  readonly scope: string;
  readonly now: Date;
}

const DAY = 86_400_000;
/** What nobody has looked at for a year is not accepted, but forgotten. */
const LONGEST = 366 * DAY;
/** So much drift is to be repaired. */
const MOST = 10_000;

/**
 * Puts on record that somebody lives with some discrepancies for a while. It is what a report found, one by one: later ones of the
 * same tenant or kind are new.
 *
 * @throws ReconError when there is nothing of what is asked for, or the time is none to live with
 */
export async function acceptDrift(history: RunHistory, request: AcceptRequest): Promise<Acceptance> {
  const { who, why, until, now } = request;
  if (until === null) return takeBack(history, request);
  if (until <= now) throw new ReconError("bad_until", `--until ${isoSeconds(until)}: that time has passed.`);
  if (until.getTime() > now.getTime() + LONGEST)
    throw new ReconError(
      "bad_until",
      `--until ${isoSeconds(until)}: that is more than a year away. Give a time to look again.`,
    );
  const report = request.report ?? (await newestReport(history, request.scope));
  const discrepancies = await selectDiscrepancies(report, request);
  if (discrepancies.length > MOST)
    throw new ReconError(
      "too_many_to_accept",
      `${report}: that would accept ${discrepancies.length} discrepancies; ${MOST} at most. Name a part of them.`,
    );
  const { run_id } = await readSummary(join(report, "summary.json"));
  return added(history, {
    event: "accepted",
    at: isoSeconds(now),
    who,
    why,
    until: isoSeconds(until),
    run_id,
    discrepancies,
  });
}

async function newestReport(history: RunHistory, scope: string): Promise<string> {
  const results = await history.read({ scope, outcome: "finished", newest: 20 });
  const report = results.filter(isComparable).at(-1)?.report ?? null;
  if (report !== null) return report;
  throw new ReconError("no_report", `No reconciliation of ${scope} is on record. Name a report with --report.`);
}

async function takeBack(history: RunHistory, request: AcceptRequest): Promise<Acceptance> {
  const { who, why, now, subscriptions, kinds } = request;
  const isAsked = ({ subscription_id, kind }: AcceptedDiscrepancy): boolean =>
    (subscriptions.length === 0 || subscriptions.includes(subscription_id)) &&
    (kinds.length === 0 || kinds.includes(kind));
  const open = openAcceptances(await history.events(), now).filter(isAsked);
  const [first] = open;
  if (first === undefined) throw new ReconError("nothing_accepted", "Nothing of what was asked for is accepted.");
  const discrepancies = open.map(({ subscription_id, kind }) => ({ subscription_id, kind }));
  const at = isoSeconds(now);
  return added(history, { event: "accepted", at, who, why, until: at, run_id: first.acceptance.run_id, discrepancies });
}

async function added(history: RunHistory, acceptance: Acceptance): Promise<Acceptance> {
  await history.addEvent(acceptance);
  return acceptance;
}
