/** What is going to happen to one subscription, and when. */

import { busyTimes, DAY } from "./calendar";
import type { Company } from "./company";
import type { Random } from "./random";

/** Something that may happen; whether it does depends on the subscription's status by then. */
export type Action =
  | "pay_first"
  | "expire"
  | "end_trial"
  | "renew"
  | "fail_payment"
  | "recover"
  | "give_up"
  | "cancel"
  | "confirm_cancel"
  | "schedule_cancel"
  | "keep"
  | "pause"
  | "resume"
  | "edit_metadata"
  | "run_script"
  | "change_plan"
  | "note_plan"
  | "change_quantity";

/** A planned action. */
export interface Planned {
  readonly at: number;
  readonly action: Action;
  /** Which script runs, for `run_script`. */
  readonly script?: number;
}

/** What people and scripts will do to a subscription created at Unix seconds `created`. */
export function planAhead(random: Random, company: Company, created: number): Planned[] {
  const from = created + DAY / 12;
  const habits: readonly (readonly [Action, number])[] = [
    ["edit_metadata", company.metadataDays],
    ["change_plan", company.planDays],
    ["change_quantity", 400],
    ["schedule_cancel", company.churnDays * 1.6],
    ["cancel", company.churnDays * 2.2],
    ["pause", company.pauseDays],
  ];
  const planned: Planned[] = habits.flatMap(([action, days]) =>
    busyTimes(random, from, company.databaseAsOf, days).map((at) => ({ at, action })),
  );
  company.scripts.forEach((script, i) => {
    const isChosen = random() < script.share;
    const at = script.at + Math.floor(random() * script.seconds);
    if (isChosen && at > from) planned.push({ at, action: "run_script", script: i });
  });
  return planned;
}

/** Takes the earliest action out of the agenda. */
export function takeNext(agenda: Planned[]): Planned | undefined {
  let first = 0;
  for (let i = 1; i < agenda.length; i++) {
    if ((agenda[i]?.at ?? 0) < (agenda[first]?.at ?? 0)) first = i;
  }
  return agenda.splice(first, 1)[0];
}
