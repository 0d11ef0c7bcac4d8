import { join } from "node:path";
import { ReconError } from "../recon-error";
import { newRunId } from "../reconcile/summarize";
import type { Kind } from "../subscription";
import { applyPlan } from "./apply-plan";
import { type LiveOptions, withLive } from "./connect-live";
import { makePlan } from "./make-plan";
import { operatorName } from "./operator-name";
import type { Plan } from "./plan";
import { readMapping } from "./read-mapping";
import { reportNow } from "./report-now";
import type { AppliedRun } from "./run-stage";
import { type WrittenPlan, writePlan } from "./write-plan";

/** What every one of the runbook's functions takes beside what it is about. */
export interface RepairOptions extends LiveOptions {
  /** Only Stripe is a source of truth. */
  readonly source?: "stripe" | undefined;
  /** Only plans, and shows what would be done, unless it is false. */
  readonly dryRun?: boolean | undefined;
  /** Path of the mapping, a `recon.json`; the one of the current folder when nothing is said. */
  readonly config?: string | undefined;
  /** The mapping of a known table instead: default, cashier, pay, better-auth or vercel-starter. */
  readonly preset?: string | undefined;
  readonly table?: string | undefined;
  /** Folder for the plan, the backup and the verification; `reports/repair-…` when nothing is said. */
  readonly out?: string | undefined;
  readonly operator?: string | undefined;
  /** The largest share of the table that may change, from 0 to 1; 0.05 when nothing is said. */
  readonly maxShare?: number | undefined;
  readonly onProgress?: ((step: string) => void) | undefined;
}

/** What a repair planned and, when it was no dry run, did. */
export interface RepairResult {
  readonly plan: Plan;
  readonly files: WrittenPlan;
  /** Null for a dry run, and when there is nothing to change. */
  readonly run: AppliedRun | null;
}

/**
 * Action 1: inserts the subscriptions that Stripe has and the database lacks, of one tenant or of all. Reads both sides whole first.
 *
 * @throws ReconError when a guard refuses, or a side cannot be read
 */
export function reconcileSubscriptions(options: RepairOptions & { readonly tenantId?: string }): Promise<RepairResult> {
  return repair(options, "missing_in_database", undefined);
}

/** Action 2: archives rows that Stripe answers 404 for; never deletes. The old status stays in the journal. */
export function archiveOrphanedSubscriptions(
  options: RepairOptions & { readonly subscriptionIds: readonly string[] },
): Promise<RepairResult> {
  return repair(options, "missing_in_stripe", options.subscriptionIds);
}

/** Action 3: sets the status, and the times that belong to it, as Stripe has them. */
export function reconcileSubscriptionStatuses(
  options: RepairOptions & { readonly subscriptionIds: readonly string[] },
): Promise<RepairResult> {
  return repair(options, "status_mismatch", options.subscriptionIds);
}

/** Action 4: sets the metadata keys that differ as Stripe has them; keys that only the app knows stay. */
export function reconcileSubscriptionMetadata(
  options: RepairOptions & { readonly subscriptionIds: readonly string[] },
): Promise<RepairResult> {
  return repair(options, "metadata_mismatch", options.subscriptionIds);
}

async function repair(
  options: RepairOptions & { readonly tenantId?: string },
  kind: Kind,
  only: readonly string[] | undefined,
): Promise<RepairResult> {
  const { source = "stripe", dryRun = true, tenantId, onProgress, maxShare } = options;
  if (source !== "stripe")
    throw new ReconError(
      "bad_source",
      `source: "${String(source)}": only "stripe" is a source of truth; Stripe is never written.`,
    );
  const mapping = await readMapping(options);
  const operator = options.operator ?? operatorName();
  const out = options.out ?? join("reports", `repair-${newRunId(new Date())}`);
  return withLive(options, async (live) => {
    const report =
      only === undefined ? (await reportNow(live, mapping, join(out, "report"), onProgress)).directory : null;
    const request = { live, mapping, report, only, kinds: [kind], tenantId, operator, onProgress };
    const plan = await makePlan(request);
    const files = await writePlan(plan, out);
    if (dryRun || plan.changes.length === 0) return { plan, files, run: null };
    const run = await applyPlan({ live, plan, confirm: plan.hash, out, operator, maxShare, onProgress });
    return { plan, files, run };
  });
}
