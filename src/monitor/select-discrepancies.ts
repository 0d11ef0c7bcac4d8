import { access } from "node:fs/promises";
import { join } from "node:path";
import { ReconError } from "../recon-error";
import { openEngine } from "../reconcile/open-engine";
import { sqlText } from "../sources/sql-text";
import { openWorkspace } from "../sources/workspace";
import type { Kind } from "../subscription";

/** Which discrepancies; what is empty selects nothing by itself. */
export interface Selection {
  readonly subscriptions: readonly string[];
  readonly kinds: readonly Kind[];
  readonly tenants: readonly string[];
}

/** A discrepancy by its name. */
export interface NamedDiscrepancy {
  readonly subscription_id: string;
  readonly kind: Kind;
}

/**
 * The actionable discrepancies of a report that meet all that is asked of them.
 *
 * @throws ReconError when the report is not there, or has nothing of what is asked for
 */
export async function selectDiscrepancies(report: string, selection: Selection): Promise<NamedDiscrepancy[]> {
  const path = join(report, "discrepancies.parquet");
  await access(path).catch((cause: unknown) => {
    throw new ReconError("no_discrepancies", `${path}: there is no such file. Name the report with --report.`, {
      cause,
    });
  });
  const { subscriptions, kinds, tenants } = selection;
  const oneOf = (column: string, values: readonly string[]): string =>
    values.length === 0 ? "true" : `${column} IN (${values.map((value) => sqlText(value)).join(", ")})`;
  const workspace = openWorkspace();
  const engine = await openEngine({ temporaryDirectory: workspace.file("spill") });
  try {
    const found = await engine.rows<NamedDiscrepancy>(`
      SELECT subscription_id, kind
      FROM read_parquet(${sqlText(path)})
      WHERE disposition = 'actionable'
        AND ${oneOf("subscription_id", subscriptions)}
        AND ${oneOf("kind", kinds)}
        AND ${oneOf("tenant_id", tenants)}
      ORDER BY subscription_id, kind`);
    refuseUnknown(report, subscriptions, found);
    return found;
  } finally {
    engine.close();
    workspace.close();
  }
}

function refuseUnknown(report: string, asked: readonly string[], found: readonly NamedDiscrepancy[]): void {
  const known = new Set(found.map(({ subscription_id }) => subscription_id));
  const unknown = asked.filter((each) => !known.has(each));
  if (found.length > 0 && unknown.length === 0) return;
  const what = unknown.length === 0 ? "what was asked for" : unknown.slice(0, 5).join(", ");
  throw new ReconError(
    "nothing_to_accept",
    `${report}: nothing actionable was found there of ${what}. Only what a reconciliation found can be accepted.`,
  );
}
