import type { Details } from "../subscription";
import { type DiffLine, diffLinesHtml } from "./diff-lines";

/** What a `metadata_mismatch` differs in, key by key: added in Stripe, only in the database, changed. */
export function metadataDiffHtml(details: Details): string {
  const { added = {}, removed = {}, changed = {} } = details.metadata ?? {};
  const lines: DiffLine[] = [
    ...Object.entries(added).map(([name, stripe]) => ({ name, stripe, database: null })),
    ...Object.entries(removed).map(([name, database]) => ({ name, stripe: null, database })),
    ...Object.entries(changed).map(([name, { stripe, database }]) => ({ name, stripe, database })),
  ];
  return diffLinesHtml(lines);
}
