import { join } from "node:path";
import { openEngine } from "../reconcile/open-engine";
import { sqlText } from "../sources/sql-text";
import { openWorkspace } from "../sources/workspace";
import { KINDS, type Kind } from "../subscription";
import { FINGERPRINTS_KEPT, type RunRecord, TENANTS_KEPT } from "./run-record";

/** What the record of a run keeps of its actionable discrepancies. */
export type Drift = {
  readonly [Key in "fingerprints" | "accepted" | "by_tenant"]: NonNullable<RunRecord[Key]>;
};

/**
 * Reads the actionable discrepancies of a folder that a comparison wrote: their fingerprints, and how many there are of each tenant.
 *
 * @param accepted - fingerprints that somebody accepted
 */
export async function readDrift(directory: string, accepted: readonly string[]): Promise<Drift> {
  const workspace = openWorkspace();
  const engine = await openEngine({ temporaryDirectory: workspace.file("spill") });
  try {
    await engine.run(`
      CREATE TABLE actionable AS
      WITH accepted AS (SELECT unnest(string_split(${sqlText(accepted.join(","))}, ',')) AS fingerprint)
      SELECT kind, tenant_id, fingerprint, fingerprint IN (FROM accepted) AS is_accepted
      FROM (
        SELECT kind, tenant_id, left(sha256(kind || ':' || subscription_id), 12) AS fingerprint
        FROM read_parquet(${sqlText(join(directory, "discrepancies.parquet"))})
        WHERE disposition = 'actionable'
      )`);
    const smallest = async (isAccepted: boolean): Promise<string[]> => {
      const rows = await engine.rows<{ fingerprint: string }>(`
        SELECT fingerprint
        FROM actionable
        WHERE is_accepted = ${isAccepted}
        ORDER BY fingerprint
        LIMIT ${FINGERPRINTS_KEPT}`);
      return rows.map(({ fingerprint }) => fingerprint);
    };
    const counts = await engine.rows<{ kind: Kind; rows: number }>(
      "SELECT kind, count(*) AS rows FROM actionable WHERE is_accepted GROUP BY kind",
    );
    const byTenant = await engine.rows<{ tenant: string | null; actionable: number }>(`
      SELECT tenant_id AS tenant, count(*) AS actionable
      FROM actionable
      GROUP BY tenant_id
      ORDER BY actionable DESC, tenant
      LIMIT ${TENANTS_KEPT}`);
    const ofKind = (kind: Kind): number => counts.find((each) => each.kind === kind)?.rows ?? 0;
    return {
      fingerprints: { open: await smallest(false), accepted: await smallest(true) },
      accepted: Object.fromEntries(KINDS.map((kind) => [kind, ofKind(kind)])) as Record<Kind, number>,
      by_tenant: byTenant,
    };
  } finally {
    engine.close();
    workspace.close();
  }
}
