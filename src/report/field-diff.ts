import type { Details } from "../subscription";
import { diffLinesHtml } from "./diff-lines";

/** What a `field_mismatch` differs in: per field the database's value and Stripe's. */
export function fieldDiffHtml(details: Details): string {
  const fields = Object.entries(details.fields ?? {});
  return diffLinesHtml(
    fields.map(([name, { stripe, database }]) => ({ name, stripe: spaced(stripe), database: spaced(database) })),
  );
}

// ISO 8601 with room to breathe: 2026-03-03 09:00:00Z
function spaced(value: string | null): string | null {
  return value?.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.0+)?Z$/, "$1 $2Z") ?? null;
}
