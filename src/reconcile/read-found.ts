import { join } from "node:path";
import { sqlText } from "../sources/sql-text";
import { openWorkspace } from "../sources/workspace";
import type { Discrepancy } from "../subscription";
import { openEngine } from "./open-engine";

/** What differs of a subscription, as far as it takes to look again or to repair it. */
export type Found = Pick<
  Discrepancy,
  "subscription_id" | "kind" | "disposition" | "reason" | "tenant_id" | "stripe_status" | "database_status" | "details"
>;

const COLUMNS = "subscription_id, kind, disposition, reason, tenant_id, stripe_status, database_status, details";

/** All discrepancies of a folder that a comparison wrote. */
export async function readFound(directory: string): Promise<readonly Found[]> {
  const workspace = openWorkspace();
  const engine = await openEngine({ temporaryDirectory: workspace.file("spill") });
  try {
    return await engine.rows<Found>(
      `SELECT ${COLUMNS} FROM read_parquet(${sqlText(join(directory, "discrepancies.parquet"))}) ORDER BY subscription_id, kind`,
    );
  } finally {
    engine.close();
    workspace.close();
  }
}
