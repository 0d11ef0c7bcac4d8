import type { Plan } from "./plan";

const MANY = 1_000;
const HOUR = 3_600_000;
/** So large a share of rows that changed under the plan is a sign that something else writes them. */
const SKIPPED_SHARE = 0.2;

/** What the runbook says to escalate for: many affected, signs of corruption, longer than an hour. A sentence each. */
export function escalations(
  { changes, left_out }: Pick<Plan, "changes" | "left_out">,
  startedAt: string,
  now: Date,
  skipped: readonly unknown[],
): readonly string[] {
  const found: string[] = [];
  const ids = new Set(
    [...changes, ...left_out.filter(({ disposition }) => disposition === "actionable")].map(
      (each) => each.subscription_id,
    ),
  );
  if (ids.size > MANY) found.push(`${ids.size} subscriptions are affected, more than ${MANY.toLocaleString("en")}.`);
  const twins = new Set(left_out.filter(({ reason }) => /stands in/.test(reason)).map((each) => each.subscription_id));
  if (twins.size > 0) found.push(`${twins.size} ids stand in several rows, which may be corruption.`);
  if (changes.length > 0 && skipped.length > changes.length * SKIPPED_SHARE)
    found.push(`${skipped.length} of ${changes.length} rows changed under the plan: something else is writing them.`);
  if (now.getTime() - Date.parse(startedAt) > HOUR) found.push("It has taken longer than an hour.");
  return found;
}
