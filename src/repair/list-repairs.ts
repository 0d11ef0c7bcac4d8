import type { Client } from "pg";
import { type EntryKind, journalState } from "./journal";

/** A verification of a repair, as it was put on record. */
export interface VerificationOnRecord {
  readonly at: string;
  /** Repaired rows, and others, that were reconciled again. */
  readonly rows: number;
  /** Differences that remained. */
  readonly remaining: number;
}

/** One application of a plan, as the journal tells it, without its rows. Times are ISO 8601 in UTC. */
export interface RepairOnRecord {
  readonly runId: string;
  /** The reconciliation whose report it follows from; null for one that was made of ids. */
  readonly reportRunId: string | null;
  readonly operator: string;
  readonly startedAt: string;
  /** When all of it was applied and verified; null before that. */
  readonly finishedAt: string | null;
  /** Rows changed by the stages that are finished. */
  readonly changed: number;
  /** Of whole stages, and later ones; those of the first rows alone are left out. */
  readonly verifications: readonly VerificationOnRecord[];
  /** When somebody began to put its rows back; null where nobody did. */
  readonly rolledBackAt: string | null;
}

interface Row {
  readonly run_id: string;
  readonly kind: EntryKind;
  readonly body: string;
}

/** Every repair in the journal, in the order in which they started; none where there is no journal. */
export async function listRepairs(client: Client): Promise<RepairOnRecord[]> {
  if ((await journalState(client)) === "missing") return [];
  const { rows } = await client.query<Row>(
    `SELECT run_id, kind, body
     FROM reconciliation.journal
     WHERE kind IN ('run_started', 'verified', 'stage_finished', 'run_finished', 'rollback_started')
     ORDER BY seq`,
  );
  const repairs = new Map<string, RepairOnRecord>();
  for (const row of rows) {
    const { at, data } = JSON.parse(row.body) as { at: string; data: Readonly<Record<string, unknown>> };
    const before = repairs.get(row.run_id);
    if (row.kind === "run_started") repairs.set(row.run_id, startedRepair(row.run_id, at, data));
    else if (before !== undefined) repairs.set(row.run_id, { ...before, ...whatFollowed(row.kind, at, data, before) });
  }
  return [...repairs.values()];
}

function startedRepair(runId: string, at: string, data: Readonly<Record<string, unknown>>): RepairOnRecord {
  const { operator, plan } = data as { operator: string; plan?: { report: { run_id: string } | null } };
  return {
    runId,
    reportRunId: plan?.report?.run_id ?? null,
    operator,
    startedAt: at,
    finishedAt: null,
    changed: 0,
    verifications: [],
    rolledBackAt: null,
  };
}

function whatFollowed(
  kind: EntryKind,
  at: string,
  data: Readonly<Record<string, unknown>>,
  { changed, verifications, rolledBackAt }: RepairOnRecord,
): Partial<RepairOnRecord> {
  if (kind === "run_finished") return { finishedAt: at };
  if (kind === "stage_finished") return { changed: changed + Number(data["changed"]) };
  if (kind === "rollback_started") return { rolledBackAt: rolledBackAt ?? at };
  if (data["of"] === "canary") return {};
  const { touched, drawn, remaining } = data as { touched: number; drawn: number; remaining: readonly unknown[] };
  return { verifications: [...verifications, { at, rows: touched + drawn, remaining: remaining.length }] };
}
