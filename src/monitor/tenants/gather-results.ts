import { writeFile } from "node:fs/promises";
import { amendSidecar, patchDatabaseExport, patchStripeExport } from "../../reconcile/live/patch-exports";
import { withComparison } from "../../reconcile/with-comparison";
import type { TextRow } from "../../sources/postgres/read-rows";
import { sqlText } from "../../sources/sql-text";
import type { ApiSubscription } from "../../sources/stripe-api/complete-items";
import { openWorkspace } from "../../sources/workspace";
import type { Side } from "../../subscription";
import type { Learned } from "./compare-part";
import type { Line } from "./reopening-line";
import { readFindings } from "./tenant-store";

/** What all tenants of a run came to together. */
export interface Gathered {
  /** Subscriptions that were read again as they were in flight, and how many of them still moved. */
  readonly reread: number;
  readonly stillMoving: number;
  /** Rows without a subscription in the export that Stripe was asked for, and how many it answered 404 for. */
  readonly asked: number;
  readonly absent: number;
  /** Requests to Stripe that this took. */
  readonly requests: number;
  /** Discrepancies that the tenants found. */
  readonly found: number;
  /** Discrepancies that only the tenants found, or only a comparison of the whole: none, as a rule. */
  readonly differing: number;
}

/** One row: how many rows the tenants found, and how many of all differ. Reads `discrepancies`; `found` is SQL after FROM. */
function countDiffering(found: string): string {
  return `
  SELECT
    (SELECT count(*) FROM ${found}) AS found,
    (
      SELECT count(*)
      FROM (
        (SELECT * FROM discrepancies EXCEPT ALL SELECT * FROM ${found})
        UNION ALL
        (SELECT * FROM ${found} EXCEPT ALL SELECT * FROM discrepancies)
      )
    ) AS differing`;
}

/**
 * Puts what all tenants learned by asking again into the exports and their sidecars, and holds what they found against a comparison of
 * the whole, which the report will repeat.
 */
export async function gatherResults(
  line: Line,
  runId: string,
  tenants: readonly string[],
  exports: Readonly<Record<Side, string>>,
  idColumn: string,
  { config, rereadAt }: { readonly config: string | undefined; readonly rereadAt: Date },
): Promise<Gathered> {
  const workspace = openWorkspace();
  try {
    const subscriptions = new Map<string, ApiSubscription | null>();
    const rows = new Map<string, readonly TextRow[]>();
    const learned: Learned = { reread: [], moved: [], absent: [], other_mode: [] };
    let [asked, requests] = [0, 0];
    for (const [index, tenant] of tenants.entries()) {
      const { answers, discrepancies } = await readFindings(line, runId, tenant);
      await writeFile(workspace.file(`found-${index}.parquet`), discrepancies);
      if (answers === null) continue;
      asked += answers.asked;
      requests += answers.requests;
      for (const [id, each] of Object.entries(answers.subscriptions)) subscriptions.set(id, each);
      for (const [id, each] of Object.entries(answers.rows)) rows.set(id, each);
      for (const name of ["reread", "moved", "absent", "other_mode"] as const)
        learned[name].push(...answers.learned[name]);
    }
    for (const ids of Object.values(learned)) ids.sort();
    const { reread, moved, absent, other_mode } = learned;
    if (asked > 0) {
      const ours = await patchStripeExport(exports.stripe, subscriptions);
      const theirs = await patchDatabaseExport(exports.database, idColumn, rows);
      const again = { reread, moved, reread_at: rereadAt.toISOString() };
      await amendSidecar(exports.stripe, "stripe", { ...again, absent, other_mode, rows: ours.rows });
      await amendSidecar(exports.database, "database", { ...again, rows: theirs.rows });
    }
    const found = `read_parquet(${sqlText(workspace.file("found-*.parquet"))})`;
    const [counted] = await withComparison({ ...exports, config }, ({ engine }) =>
      engine.rows<{ found: number; differing: number }>(countDiffering(found)),
    );
    return {
      reread: reread.length + moved.length,
      stillMoving: moved.length,
      asked: asked - reread.length - moved.length,
      absent: absent.length,
      requests,
      found: counted?.found ?? 0,
      differing: counted?.differing ?? 0,
    };
  } finally {
    workspace.close();
  }
}
