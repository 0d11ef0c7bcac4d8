/** What happens to subscriptions by habit and by campaign, and how often. */

import { at, busyTimes, HOUR, officeTime } from "./calendar";
import type { Random } from "./random";
import type { Action, Planned } from "./stripe-subscription";
import { METADATA_CAMPAIGN, PRICE_MIGRATION } from "./world";

/** How often something happens to a subscription: the mean number of days between two times. */
const HABITS: readonly (readonly [Action, number])[] = [
  ["change_metadata", 120],
  ["change_quantity", 210],
  ["upgrade", 330],
  ["schedule_cancel", 720],
  ["cancel", 2600],
];

/** Customers can pause by themselves from here on. */
const PAUSES_FROM = at("2026-09-30T00:00:00Z");

/** Everything planned by habit or by a campaign for one subscription. */
export function plansFor(random: Random, created: number, isOldStarter: boolean, until: number): Planned[] {
  const planned: Planned[] = [];
  for (const [action, days] of HABITS) {
    for (const time of busyTimes(random, created + HOUR, until, days)) planned.push({ at: time, action });
  }
  for (const time of busyTimes(random, Math.max(created + HOUR, PAUSES_FROM), until, 1500))
    planned.push({ at: time, action: "pause" });
  if (isOldStarter && random() < PRICE_MIGRATION.share) {
    planned.push({ at: officeTime(random, PRICE_MIGRATION.from, PRICE_MIGRATION.to), action: "migrate" });
  }
  if (random() < METADATA_CAMPAIGN.share) {
    planned.push({ at: officeTime(random, METADATA_CAMPAIGN.from, METADATA_CAMPAIGN.to), action: "campaign" });
  }
  return planned;
}
