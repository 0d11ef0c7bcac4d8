/** One subscription's life in Stripe, event by event, from its creation to the exports. */

import { type Action, type Planned, planAhead, takeNext } from "./agenda";
import type { Birth } from "./births";
import { addMonths, DAY, HOUR } from "./calendar";
import type { Company } from "./company";
import { edit } from "./edits";
import { firstSnapshot } from "./first-snapshot";
import { between, randomOf } from "./random";
import type { Snapshot, SubscriptionEvent } from "./subscription-event";

const LIVE: readonly string[] = ["trialing", "active", "past_due"];

/** Lives one subscription; its events come out in order. `name` decides what happens by chance. */
export function live(company: Company, birth: Birth, name: string): SubscriptionEvent[] {
  const random = randomOf(`life ${name}`);
  const { created } = birth;
  const start = random();
  const isTrial = start < company.trialShare;
  const isUnpaid = !isTrial && start < company.trialShare + 0.05;
  const isCheckout = !isTrial && !isUnpaid && birth.source === "checkout" && random() < company.checkoutShare;
  const agenda = planAhead(random, company, created);
  const events: SubscriptionEvent[] = [];
  // Every event of one subscription takes as long, so that none overtakes another by itself.
  const latency = between(random, 900_000, 2_400_000);
  let s = firstSnapshot(company, birth, name, isTrial ? "trialing" : isUnpaid || isCheckout ? "incomplete" : "active");
  let cycle = isTrial ? 0 : 1;

  const plan = (at: number, action: Action): number => agenda.push({ at, action });
  const record = (type: SubscriptionEvent["type"], at: number, changes: Partial<Snapshot>): void => {
    s = { ...s, ...changes };
    const number = events.length;
    events.push({
      key: `${name}#${number}`,
      at,
      type,
      subscription: s,
      handled: at * 1_000_000 + latency + number * 17,
    });
  };
  const end = (at: number): void =>
    record("deleted", at, { status: "canceled", canceledAt: s.canceledAt ?? at, endedAt: at, paused: null });
  const startCycle = (at: number): Partial<Snapshot> => {
    cycle = 1;
    const periodEnd = addMonths(at, s.price.months);
    plan(periodEnd, "renew");
    return { anchor: at, periodStart: at, periodEnd };
  };
  const pause = (at: number, type: string): void => {
    record("paused", at, { status: "paused", paused: { at, type } });
    const after = random();
    if (after < 0.4) plan(at + between(random, 2 * DAY, 60 * DAY), "resume");
    else if (after < 0.65) plan(at + between(random, 20 * DAY, 120 * DAY), "cancel");
  };
  const mayFail = (at: number): void => {
    if (random() < company.failureShare) plan(at + HOUR + between(random, 0, 600), "fail_payment");
  };
  const endTrial = (at: number): void => {
    const outcome = random();
    if (s.cancelAtPeriodEnd || outcome < 0.1) end(at);
    else if (outcome < 0.2) pause(at, "trial_end_without_payment_method");
    else {
      record("updated", at, { status: "active", ...startCycle(at) });
      mayFail(at);
    }
  };
  const renew = (at: number): void => {
    if (s.cancelAtPeriodEnd) {
      end(at);
      return;
    }
    cycle += 1;
    record("updated", at, { periodStart: at, periodEnd: addMonths(s.anchor, cycle * s.price.months) });
    plan(s.periodEnd, "renew");
    if (s.status === "active") mayFail(at);
  };

  const act = ({ at, action }: Planned): boolean => {
    const { status } = s;
    const is = (...statuses: string[]): boolean => statuses.includes(status);
    if (action === "pay_first" && is("incomplete")) record("updated", at, { status: "active" });
    else if (action === "expire" && is("incomplete"))
      record("updated", at, { status: "incomplete_expired", endedAt: at });
    else if (action === "end_trial" && is("trialing")) endTrial(at);
    else if (action === "renew" && at === s.periodEnd && is("active", "past_due", "unpaid")) renew(at);
    else if (action === "fail_payment" && is("active")) {
      record("updated", at, { status: "past_due" });
      const recovers = random() < 0.6;
      plan(
        at + between(random, recovers ? DAY : 15 * DAY, recovers ? 13 * DAY : 21 * DAY),
        recovers ? "recover" : "give_up",
      );
    } else if (action === "recover" && is("past_due")) record("updated", at, { status: "active" });
    else if (action === "give_up" && is("past_due")) {
      if (company.afterDunning === "canceled") end(at);
      else {
        if (company.afterDunning === "unpaid") record("updated", at, { status: "unpaid" });
        if (random() < 0.5) plan(at + between(random, 60 * DAY, 300 * DAY), "confirm_cancel");
      }
    } else if (action === "cancel" && !is("incomplete")) {
      // Half of the cancellations note their reason first, a moment before.
      if (random() < 0.5) {
        end(at);
        return true;
      }
      record("updated", at, {
        metadata: { ...s.metadata, cancel_reason: random() < 0.5 ? "too_expensive" : "unused" },
      });
      plan(at + between(random, 1, 4), "confirm_cancel");
    } else if (action === "confirm_cancel") end(at);
    else if (action === "pause" && is("active") && !s.cancelAtPeriodEnd) pause(at, "pause_requested");
    else if (action === "resume" && is("paused"))
      record("resumed", at, { status: "active", paused: null, ...startCycle(at) });
    else if (action === "schedule_cancel" && LIVE.includes(status) && !s.cancelAtPeriodEnd) {
      record("updated", at, { cancelAtPeriodEnd: true, canceledAt: at });
      if (random() < 0.15) plan(at + between(random, HOUR, 6 * DAY), "keep");
    } else if (action === "keep" && s.cancelAtPeriodEnd)
      record("updated", at, { cancelAtPeriodEnd: false, canceledAt: null });
    else return false;
    return true;
  };

  record("created", created, {});
  plan(s.periodEnd, isTrial ? "end_trial" : "renew");
  if (isCheckout) plan(created + between(random, 1, 4), "pay_first");
  if (isUnpaid && random() < 0.5) plan(created + between(random, 600, 20 * HOUR), "pay_first");
  if (isUnpaid) plan(created + 23 * HOUR, "expire");
  while (s.endedAt === null) {
    const now = takeNext(agenda);
    if (now === undefined || now.at > company.databaseAsOf) break;
    if (act(now) || !(LIVE.includes(s.status) || now.action === "edit_metadata")) continue;
    const changes = edit(random, company, s, now);
    if (changes === null) continue;
    record("updated", now.at, changes);
    if (now.action === "change_plan" && random() < 0.5) plan(now.at + between(random, 1, 3), "note_plan");
  }
  return events;
}
