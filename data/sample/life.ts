/** One subscription's life in Stripe, event by event, from its creation to the end of the sample. */

import type { Status } from "../../src/subscription";
import { addMonths, DAY, HOUR } from "./calendar";
import { editSubscription } from "./edit-subscription";
import { between, randomOf } from "./random";
import type { Action, Birth, Happening, Planned, Snapshot } from "./stripe-subscription";

/** From here on, unpaid subscriptions are canceled after the last attempt instead of kept as `unpaid`. */
const CANCELS_AFTER_DUNNING = Date.UTC(2026, 2, 1) / 1000;

/** Lives one subscription until Unix seconds `until`; its events come out in order. */
export function live(id: string, birth: Birth, until: number): Happening[] {
  const random = randomOf(`life ${id}`);
  const { created, price, quiet } = birth;
  const trialEnd = birth.begins === "trialing" ? created + 14 * DAY : null;
  const anchor = trialEnd ?? birth.anchor ?? created;
  const s: Snapshot = {
    id,
    tenant: birth.tenant,
    customer: birth.customer,
    created,
    status: birth.begins,
    price,
    quantity: birth.quantity,
    metadata: birth.metadata,
    anchor,
    periodStart: created,
    periodEnd: anchor > created ? anchor : addMonths(created, price.months),
    trialStart: trialEnd === null ? null : created,
    trialEnd,
    cancelAtPeriodEnd: false,
    canceledAt: null,
    endedAt: null,
    cancelReason: null,
    paused: null,
  };
  let cycle = anchor > created ? 0 : 1;
  let failing = false;
  const agenda: Planned[] = [...birth.planned];
  const happenings: Happening[] = [];

  const plan = (time: number, action: Action): void => {
    agenda.push({ at: time, action });
  };
  const record = (now: Planned, type: Happening["type"], was: Status): void => {
    happenings.push({ at: now.at, type, delay: now.delay ?? null, was, subscription: { ...s } });
  };
  const chance = (share: number): boolean => !quiet && random() < share;

  const end = (now: Planned, reason: Snapshot["cancelReason"]): void => {
    const was = s.status;
    s.status = "canceled";
    s.canceledAt ??= now.at;
    s.endedAt = now.at;
    s.cancelReason = reason;
    s.paused = null;
    record(now, "deleted", was);
  };
  const startCycle = (time: number): void => {
    s.anchor = time;
    s.periodStart = time;
    s.periodEnd = addMonths(time, s.price.months);
    cycle = 1;
    plan(s.periodEnd, "renew");
  };
  const pause = (now: Planned, type: string): void => {
    const was = s.status;
    s.status = "paused";
    s.paused = { at: now.at, type };
    record(now, "paused", was);
    const after = random();
    if (after < 0.45) plan(now.at + between(random, 2 * DAY, 40 * DAY), "resume");
    else if (after < 0.8) plan(now.at + between(random, 20 * DAY, 90 * DAY), "cancel");
  };
  const mayFail = (share: number): void => {
    if (s.status === "active" && !failing && chance(share)) {
      failing = true;
      plan(s.periodStart + HOUR + between(random, 60, 900), "fail_payment");
    }
  };

  /** Starts (or goes on) being active and says so. */
  const activate = (now: Planned, type: Happening["type"]): void => {
    const was = s.status;
    s.status = "active";
    s.paused = null;
    if (was === "trialing" || was === "paused") startCycle(now.at);
    record(now, type, was);
  };
  const change = (now: Planned, to: Status): void => {
    const was = s.status;
    s.status = to;
    if (to === "incomplete_expired") s.endedAt = now.at;
    record(now, "updated", was);
  };
  const renew = (now: Planned): void => {
    cycle += 1;
    s.periodStart = s.periodEnd;
    s.periodEnd = addMonths(s.anchor, cycle * s.price.months);
    record(now, "updated", s.status);
    plan(s.periodEnd, "renew");
    mayFail(0.06);
  };
  const endTrial = (now: Planned): void => {
    const outcome = quiet ? 1 : random();
    if (outcome < 0.14) end(now, "cancellation_requested");
    else if (outcome < 0.28) pause(now, "trial_end_without_payment_method");
    else {
      activate(now, "updated");
      mayFail(0.08);
    }
  };

  const act = (now: Planned): void => {
    const was = s.status;
    switch (now.action) {
      case "renew":
      case "end_trial": {
        // A resumed pause moved the period: what was planned for its old end is void.
        const isDue = now.action === "renew" ? now.at === s.periodEnd && was !== "paused" : was === "trialing";
        if (!isDue) break;
        if (s.cancelAtPeriodEnd) end(now, "cancellation_requested");
        else if (now.action === "renew") renew(now);
        else endTrial(now);
        break;
      }
      case "pay_first":
        if (was === "incomplete") activate(now, "updated");
        break;
      case "expire":
        if (was === "incomplete") change(now, "incomplete_expired");
        break;
      case "fail_payment":
        if (was !== "active") break;
        change(now, "past_due");
        if (chance(0.74)) plan(now.at + between(random, DAY, 13 * DAY), "recover");
        else plan(now.at + between(random, 15 * DAY, 18 * DAY), "give_up");
        break;
      case "recover":
        failing = false;
        if (was === "past_due") activate(now, "updated");
        break;
      case "give_up":
        if (was !== "past_due") break;
        if (now.at >= CANCELS_AFTER_DUNNING) end(now, "payment_failed");
        else {
          change(now, "unpaid");
          plan(now.at + between(random, 150 * DAY, 400 * DAY), "cancel");
        }
        break;
      case "cancel":
      case "delete_customer":
        end(now, "cancellation_requested");
        break;
      case "pause":
        if (was === "active" && !s.cancelAtPeriodEnd) pause(now, "pause_requested");
        break;
      case "resume":
        if (was === "paused") activate(now, "resumed");
        break;
      default:
        if (!editSubscription(random, s, now)) break;
        record(now, "updated", was);
        if (now.action === "schedule_cancel" && chance(0.15)) plan(now.at + between(random, HOUR, 6 * DAY), "keep");
    }
  };

  happenings.push({ at: created, type: "created", delay: birth.delay ?? null, was: null, subscription: { ...s } });
  if (trialEnd !== null) plan(trialEnd, "end_trial");
  else plan(s.periodEnd, "renew");
  if (birth.customer.deletedAt !== null) plan(birth.customer.deletedAt, "delete_customer");
  while (s.endedAt === null) {
    agenda.sort((a, b) => a.at - b.at);
    const next = agenda.shift();
    if (next === undefined || next.at > until) break;
    if (next.at > created) act(next);
  }
  return happenings;
}
