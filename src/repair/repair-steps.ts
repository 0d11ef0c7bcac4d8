import { dirname, join } from "node:path";
import type { Reconciliation } from "../reconcile/reconcile";
import { isoSeconds } from "../reconcile/summarize";
import { KINDS, type Kind } from "../subscription";
import { applyPlan } from "./apply-plan";
import { type Audit, auditRun } from "./audit-run";
import { type LiveOptions, withDatabase, withLive } from "./connect-live";
import { makePlan } from "./make-plan";
import { operatorName } from "./operator-name";
import { type Plan, readPlan } from "./plan";
import { type MappingOptions, readMapping } from "./read-mapping";
import { reportNow } from "./report-now";
import { type RolledBack, rollBack } from "./roll-back";
import type { AppliedRun } from "./run-stage";
import type { Verification } from "./verify-rows";
import { verifyRun } from "./verify-run";
import { type WrittenPlan, writePlan } from "./write-plan";

/** What every step takes: which account of Stripe, whose key is STRIPE_API_KEY; the database is DATABASE_URL. */
export interface StepOptions extends LiveOptions {
  /** Who repairs, for the record; RECON_OPERATOR or the machine's user when nothing is said. */
  readonly operator?: string | undefined;
  /** Told what is being done, in a few words. */
  readonly onProgress?: ((step: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A plan, and the files it was written to. */
export interface PlannedRepair {
  readonly plan: Plan;
  readonly files: WrittenPlan;
}

/** A mapping's options, where a text that is not given may also be null. */
type MappingChoice = { readonly [Name in keyof MappingOptions]?: string | null | undefined };

function mappingOf({ config, preset, table }: MappingChoice): MappingOptions {
  return { config: config ?? undefined, preset: preset ?? undefined, table: table ?? undefined };
}

/** Exports both sides as they are now and compares them, for a repair that no report was made for. */
export async function reconcileLive(
  options: StepOptions & MappingChoice & { readonly out: string },
): Promise<Reconciliation> {
  const mapping = await readMapping(mappingOf(options));
  return withLive(options, (live) => reportNow(live, mapping, options.out, options.onProgress));
}

/**
 * Plans a repair and writes the plan for a person to read: plan.md, plan.json, plan.sql. Writes nothing to the database.
 *
 * @throws ReconError when the report, the mapping or a side cannot be read
 */
export async function planRepair(
  options: StepOptions &
    MappingChoice & {
      /** Folder that a reconciliation wrote. */
      readonly report: string;
      /** Folder of the plan; `reports/repair-…` when nothing is said. */
      readonly out?: string | undefined;
      readonly kinds?: readonly Kind[] | undefined;
      /** These subscriptions alone. */
      readonly only?: readonly string[] | undefined;
      readonly tenantId?: string | undefined;
    },
): Promise<PlannedRepair> {
  const { report, kinds = KINDS, only, tenantId, onProgress } = options;
  const mapping = await readMapping(mappingOf(options));
  const operator = options.operator ?? operatorName();
  const plan = await withLive(options, (live) =>
    makePlan({ live, mapping, report, kinds, only, tenantId, operator, onProgress }),
  );
  const files = await writePlan(plan, options.out ?? repairFolder());
  return { plan, files };
}

/** A folder for a repair that begins now. */
export function repairFolder(): string {
  return join("reports", `repair-${isoSeconds(new Date()).replaceAll(/[-:]/g, "")}`);
}

/** A run, and its audit trail as it stands now. */
export interface RepairRun {
  readonly run: AppliedRun;
  readonly audit: Audit;
}

/**
 * Applies a plan that a person has read; a run that was stopped goes on.
 *
 * @throws ReconError: exit code 1 when a guard refuses and nothing was done, 2 when it failed on the way
 */
export async function applyRepair(
  options: StepOptions & {
    /** Path of plan.json. */
    readonly plan: string;
    /** The plan's hash, or at least twelve letters of it. */
    readonly confirm: string | undefined;
    readonly out?: string | undefined;
    readonly maxShare?: number | undefined;
  },
): Promise<RepairRun> {
  const { confirm, maxShare, onProgress, signal } = options;
  const plan = await readPlan(options.plan);
  const out = options.out ?? dirname(options.plan);
  const operator = options.operator ?? operatorName();
  return withLive(options, async (live) => {
    const run = await applyPlan({ live, plan, confirm, out, operator, maxShare, onProgress, signal });
    return { run, audit: await auditRun(live.client, run.runId) };
  });
}

/** Reconciles a run's rows and others again, and puts the result on record. */
export function verifyRepair(
  runId: string,
  options: StepOptions & { readonly out?: string | undefined } = {},
): Promise<Verification> {
  const { out: folder, onProgress } = options;
  const tell = (done: number, all: number): void => onProgress?.(`${done} of ${all} asked of Stripe again`);
  return withLive(options, (live) =>
    verifyRun(live, runId, { onProgress: tell, ...(folder === undefined ? {} : { folder }) }),
  );
}

/** Puts back what a run changed, where nobody has changed it since. Stripe is not asked. */
export function rollBackRepair(
  runId: string,
  options: StepOptions & {
    readonly only?: readonly string[] | undefined;
    /** Whether inserted rows that nothing refers to are removed instead of archived. */
    readonly deleteInserted?: boolean | undefined;
  } = {},
): Promise<RolledBack> {
  const { only, deleteInserted, onProgress, signal } = options;
  const operator = options.operator ?? operatorName();
  return withDatabase((client) => rollBack({ client, runId, only, deleteInserted, operator, onProgress, signal }));
}

/** A run's six audit entries out of the journal, whose chain is checked; of the newest run when nothing is said. */
export function auditRepair(runId?: string): Promise<Audit> {
  return withDatabase((client) => auditRun(client, runId));
}
