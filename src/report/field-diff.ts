import type { Details } from "../subscription";
import { diffLinesHtml } from "./diff-lines";

/** What a `field_mismatch` differs in: per field the database's value and Stripe's. */
export function fieldDiffHtml(details: Details): string {
  const fields = Object.entries(details.fields ?? {});
  return diffLinesHtml(fields.map(([name, { stripe, database }]) => ({ name, stripe, database })));
}
