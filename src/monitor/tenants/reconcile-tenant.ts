import { readFile } from "node:fs/promises";
import type { Engine } from "../../reconcile/open-engine";
import { summarize } from "../../reconcile/summarize";
import type { Summary } from "../../reconcile/summary";
import { sqlText } from "../../sources/sql-text";
import type { Workspace } from "../../sources/workspace";
import { comparePart, NOTHING_LEARNED, type PartRelations } from "./compare-part";
import { type Answers, findDoubtful, type LiveSides, lookAgain } from "./look-again";
import type { TenantFacts } from "./tenant-facts";

/** What the reconciliation of one tenant came to. */
export interface TenantResult {
  readonly summary: Summary;
  /** Null when nothing was in doubt. */
  readonly answers: Answers | null;
  /** Its discrepancies as Parquet, with the columns of discrepancies.parquet. */
  readonly discrepancies: Buffer;
}

/**
 * Reconciles one tenant: compares its rows, asks both sides again about what is in flight or seems to be missing in Stripe, and judges.
 * Together the tenants find what one comparison of the whole finds.
 *
 * @throws ReconError when a side cannot be asked
 */
export async function reconcileTenant(
  engine: Engine,
  facts: TenantFacts,
  runId: string,
  relations: PartRelations,
  live: LiveSides,
  workspace: Workspace,
): Promise<TenantResult> {
  const startedAt = new Date();
  let compared = await comparePart(engine, facts, relations, NOTHING_LEARNED);
  const doubtful = await findDoubtful(engine);
  let answers: Answers | null = null;
  if (doubtful.moving.length + doubtful.missing.length > 0) {
    const again = await lookAgain(engine, facts, relations, doubtful, live, workspace);
    answers = again.answers;
    compared = await comparePart(engine, facts, again.relations, answers.learned);
  }
  const parts = { engine, ...compared, hashes: facts.hashes, runId, startedAt, finishedAt: new Date() };
  const summary = await summarize(parts);
  const path = workspace.file("discrepancies.parquet");
  await engine.run(`COPY discrepancies TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`);
  return { summary, answers, discrepancies: await readFile(path) };
}
