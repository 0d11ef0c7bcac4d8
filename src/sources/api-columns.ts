import type { Column } from "./column";
import { typedSql } from "./typed-column";

/** The members of an API subscription that are read. */
export const API_MEMBERS = [
  "id",
  "object",
  "customer",
  "status",
  "status_details",
  "metadata",
  "items",
  "plan",
  "quantity",
  "currency",
  "current_period_start",
  "current_period_end",
  "trial_start",
  "trial_end",
  "cancel_at_period_end",
  "cancel_at",
  "canceled_at",
  "ended_at",
  "livemode",
  "test_clock",
  "created",
] as const;

/** A member of an API subscription. */
export type ApiMember = (typeof API_MEMBERS)[number];

/**
 * Our columns over an API subscription; `member(name)` gives a member as an SQL expression of type JSON.
 *
 * Of more than ten items the rest has to be asked for (`items.has_more`), so prices and period are then not known.
 * Several items: `price_id` lists their prices in order, joined by commas, and there is no single quantity. The period stands on the
 * items since API version 2025-03-31.basil; one number for the subscription is the latest start and the earliest end, as
 * Stripe's own list filters take it. Source: https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-subscription-current-period-start-and-end
 */
export function apiColumns(
  member: (name: ApiMember) => string,
): Record<Exclude<Column, "tenant_id" | "archived_at" | "updated">, string> {
  const text = (name: ApiMember): string => `(${member(name)} ->> '$')`;
  const idOf = (name: ApiMember): string =>
    `coalesce(${member(name)} ->> '$.id', CASE json_type(${member(name)}) WHEN 'VARCHAR' THEN ${text(name)} END)`;
  const time = (name: ApiMember): string => typedSql(text(name), "time");
  const items = member("items");
  const itemTimes = (name: string): string =>
    `list_transform(${items} ->> '$.data[*].${name}', lambda x: try_cast(x AS BIGINT))`;
  // NULL where items are left out. Joined to a value, since a CASE around the value takes three times as long.
  const ifWhole = (neutral: string): string =>
    `CASE ${items} ->> '$.has_more' WHEN 'true' THEN NULL ELSE ${neutral} END`;
  return {
    id: text("id"),
    customer_id: idOf("customer"),
    status: text("status"),
    price_id: `coalesce(nullif(array_to_string(list_sort(coalesce(nullif(${items} ->> '$.data[*].price.id', []), ${items} ->> '$.data[*].plan.id')), ','), ''), ${idOf("plan")}) || ${ifWhole("''")}`,
    quantity: `CASE WHEN coalesce(json_array_length(${items}, '$.data'), 0) <= 1 THEN coalesce(${items} ->> '$.data[0].quantity', ${text("quantity")}) END`,
    currency: text("currency"),
    metadata: `CAST(${member("metadata")} AS VARCHAR)`,
    current_period_start: `coalesce(${time("current_period_start")}, list_max(${itemTimes("current_period_start")}) + ${ifWhole("0")})`,
    current_period_end: `coalesce(${time("current_period_end")}, list_min(${itemTimes("current_period_end")}) + ${ifWhole("0")})`,
    trial_start: time("trial_start"),
    trial_end: time("trial_end"),
    paused_at: `try_cast(${member("status_details")} ->> '$.paused.transitioned_at' AS BIGINT)`,
    cancel_at_period_end: typedSql(text("cancel_at_period_end"), "boolean"),
    cancel_at: time("cancel_at"),
    canceled_at: time("canceled_at"),
    ended_at: time("ended_at"),
    livemode: typedSql(text("livemode"), "boolean"),
    test_clock: idOf("test_clock"),
    created: time("created"),
  };
}
