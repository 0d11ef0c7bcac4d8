import { readDiscrepancies } from "../reconcile/read-discrepancies";
import { KIND_TITLES, type Kind } from "../subscription";
import { discrepancyTableHtml } from "./discrepancy-table";

const NOTHING: Readonly<Record<Kind, string>> = {
  missing_in_database: "No subscription of Stripe is missing in the database.",
  missing_in_stripe: "No row of the database is missing in Stripe.",
  status_mismatch: "All statuses agree.",
  metadata_mismatch: "All metadata agree.",
  field_mismatch: "All compared fields agree.",
};

/** The first discrepancies of one kind in a folder that a reconciliation wrote, as a table; says so when there are none. */
export async function discrepanciesHtml(directory: string, kind: Kind, limit = 50): Promise<string> {
  const { rows, total } = await readDiscrepancies(directory, kind, limit);
  return discrepancyTableHtml(rows, {
    caption: KIND_TITLES[kind],
    limit,
    total,
    restIn: "discrepancies.csv",
    empty: NOTHING[kind],
  });
}
