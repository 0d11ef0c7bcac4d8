import { counted } from "../cause-rule";
import type { WebhookHistory } from "./webhook-history";

/** What has to be known of a log to judge what was found in it. */
export function logWarnings(
  { webhooks, named, untimed, without_zone, cut }: WebhookHistory["entries"],
  ids: Iterable<string>,
): WebhookHistory["warnings"] {
  const odd = [...ids].filter((id) => !/^sub_\w+$/.test(id)).length;
  const of = (part: number): string =>
    `${part.toLocaleString("en")} of the ${webhooks.toLocaleString("en")} entries about webhooks`;
  const warnings: readonly (readonly [holds: boolean, code: string, message: string])[] = [
    [
      webhooks === 0,
      "no_webhooks",
      "No line of these logs is about a webhook. Check that they are of the application that receives them.",
    ],
    [
      webhooks > 0 && named === 0,
      "no_names",
      "No webhook in these logs names a subscription: they tell when deliveries failed, but not whose. Give the application's log, too.",
    ],
    [
      untimed > 0,
      "untimed",
      `${of(untimed)} state no time. That of the nearest line above was taken where there is one; the others are in no window.`,
    ],
    [without_zone > 0, "without_zone", `The times of ${of(without_zone)} have no time zone and were taken as UTC.`],
    [cut > 0, "cut", `Of ${counted(cut, "line")} longer than 1 MB only the beginning was read.`],
    [
      odd > 0,
      "odd_ids",
      `${counted(odd, "id")} of those looked for ${odd === 1 ? "is" : "are"} not of the form sub_…; webhooks name no others.`,
    ],
  ];
  return warnings.filter(([holds]) => holds).map(([, code, message]) => ({ code, message }));
}
