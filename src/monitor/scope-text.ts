import type { Where } from "../sources/postgres/export-query";

/** What of both sides is compared. */
export interface ScopeParts {
  readonly table?: string | null | undefined;
  readonly where?: Where | undefined;
  readonly stripeAccount?: string | null | undefined;
  readonly mode?: string | null | undefined;
}

/** Names what is compared, so that runs of the same can be found again: `all`, or its parts, such as `tenant_id=tenant_001`. */
export function scopeText({ table, where = {}, stripeAccount, mode }: ScopeParts): string {
  const conditions = Object.entries(where).flatMap(([column, values]) => values.map((each) => `${column}=${each}`));
  const parts = [
    ...(table == null || table === "subscriptions" ? [] : [`table=${table}`]),
    ...(stripeAccount == null ? [] : [`stripe_account=${stripeAccount}`]),
    ...(mode === "test" ? ["mode=test"] : []),
    ...conditions.sort(),
  ];
  return parts.length === 0 ? "all" : parts.join(" ");
}
