import type { Birth } from "./births";
import { addMonths, DAY } from "./calendar";
import type { Company } from "./company";
import { longId } from "./ids";
import type { Snapshot } from "./subscription-event";

/** A subscription right after its creation: its first period is its trial, if it has one. */
export function firstSnapshot(
  company: Company,
  birth: Birth,
  name: string,
  status: "trialing" | "incomplete" | "active",
): Snapshot {
  const { created, price } = birth;
  const trialEnd = status === "trialing" ? created + company.trialDays * DAY : null;
  return {
    ...birth,
    id: longId("sub", created, company.fragment, name),
    livemode: company.livemode,
    status,
    anchor: trialEnd ?? created,
    periodStart: created,
    periodEnd: trialEnd ?? addMonths(created, price.months),
    trialStart: trialEnd === null ? null : created,
    trialEnd,
    cancelAtPeriodEnd: false,
    canceledAt: null,
    endedAt: null,
    paused: null,
  };
}
