import { mapAgain } from "./apply-plan";
import type { Live } from "./both-sides";
import { planOf, requireRun } from "./find-run";
import { recordInJournal } from "./journal";
import { refuse } from "./plan";
import { type Verification, verifyRows } from "./verify-rows";

/**
 * Verifies a run again, hours or weeks later: reconciles its rows and others, and puts the result on record.
 *
 * @throws ReconError when there is no such run, or all of it was undone
 */
export async function verifyRun(
  live: Live,
  runId: string,
  options: { readonly folder?: string; readonly onProgress?: (done: number, all: number) => void } = {},
): Promise<Verification> {
  const run = await requireRun(live.client, runId);
  const plan = planOf(run);
  if (plan.changes.length === 0)
    throw refuse("nothing_to_verify", `Run ${runId} has changed nothing, or all of it was undone.`);
  const mapped = await mapAgain(live.client, plan);
  const verification = await verifyRows(live, mapped, plan, plan.changes, run.drawn, options);
  const data = { of: "later", ...verification };
  await recordInJournal(live.client, [{ run_id: runId, kind: "verified", subscription_id: null, data }]);
  return verification;
}
