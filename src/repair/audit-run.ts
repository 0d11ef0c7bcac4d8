import { join } from "node:path";
import type { Client } from "pg";
import { readFindings } from "../drift/findings";
import { explainDatabaseError } from "../sources/postgres/explain-database-error";
import { isDatabaseError } from "../sources/postgres/is-database-error";
import { KIND_TITLES, type Kind } from "../subscription";
import { type Run, requireRun } from "./find-run";
import { type ChainState, checkChain, type Entry, requireJournal } from "./journal";

/** A run of a repair in the runbook's six entries, and whether the journal is as it was written. */
export interface Audit {
  readonly runId: string;
  readonly chain: ChainState;
  /** Markdown. */
  readonly text: string;
}

/**
 * Reads a run's entries in the journal and follows the journal's whole chain of hashes.
 *
 * @param runId - the newest run when nothing is said
 * @throws ReconError when there is no journal, or no such run in it
 */
export async function auditRun(client: Client, runId?: string): Promise<Audit> {
  try {
    await requireJournal(client);
    const chain = await checkChain(client);
    const run = await requireRun(client, runId ?? (await newestRun(client)));
    return { runId: run.id, chain, text: auditText(run, chain, await rootCauseOf(run)) };
  } catch (error) {
    throw isDatabaseError(error) ? explainDatabaseError(error, client) : error;
  }
}

/** The likeliest cause by the analysis of the report that a run's plan follows from; null where there is none any more. */
async function rootCauseOf(run: Run): Promise<string | null> {
  const started = run.entries.find((entry) => entry.kind === "run_started");
  const { plan } = (started?.data ?? {}) as unknown as Started;
  const findings = await readFindings(join(plan?.report?.directory ?? "", "findings.json")).catch(() => null);
  const [cause] = findings?.causes ?? [];
  if (findings === null) return null;
  if (cause === undefined) return findings.headline;
  return `probable, to be confirmed: ${cause.title} (\`${cause.code}\`), confidence ${cause.confidence}; ${cause.confirm_by}`;
}

async function newestRun(client: Client): Promise<string> {
  const { rows } = await client.query<{ run_id: string }>(
    "SELECT run_id FROM reconciliation.journal WHERE kind = 'run_started' ORDER BY seq DESC LIMIT 1",
  );
  return rows[0]?.run_id ?? "";
}

/** The runbook's six audit entries of a run, as Markdown. */
export function auditText(run: Run, chain: ChainState, rootCause: string | null): string {
  const { entries } = run;
  const started = entries.find((entry) => entry.kind === "run_started");
  const { plan, left_out, operator } = (started?.data ?? {}) as unknown as Started;
  const ended =
    entries.filter(({ kind }) => kind === "run_finished" || kind === "rollback_finished").at(-1)?.at ?? null;
  return [
    `# Audit trail of ${run.id}`,
    "",
    `1. **Reconciliation start time**: ${run.startedAt}, by ${operator}`,
    `2. **Discrepancies found**: ${counted(entries)}; ${left_out} left out of the plan`,
    `3. **Root cause**: ${rootCause ?? "see the report that the plan follows from"}`,
    "4. **Actions taken**:",
    ...actions(run).map((line) => `   - ${line}`),
    `5. **Reconciliation end time**: ${ended ?? "_it has not ended_"}`,
    "6. **Verification results**:",
    ...verifications(entries).map((line) => `   - ${line}`),
    "",
    `- Plan: \`${plan?.plan_id}\`, hash ${run.planHash}${plan?.report ? `, from \`${plan.report.directory}\` (run ${plan.report.run_id})` : ""}.`,
    ...(plan?.report?.inputs ?? []).map(({ path, sha256 }) => `- Input: \`${path}\`, SHA-256 ${sha256}.`),
    ...backups(entries),
    chain.kind === "intact"
      ? `- Journal: intact, ${chain.entries} entries; the last one's hash is ${chain.head}.`
      : `- Journal: **broken** at entry ${chain.seq}: ${chain.what}.`,
    "",
  ].join("\n");
}

interface Started {
  readonly operator: string;
  readonly left_out: number;
  readonly plan?: {
    readonly plan_id: string;
    readonly report: { directory: string; run_id: string; inputs: { path: string; sha256: string }[] } | null;
  };
}

/** How many changes of each kind; a row that needed two counts in both. */
function counted(entries: readonly Entry[]): string {
  const counts = new Map<Kind, number>();
  for (const { kind, data } of entries) {
    if (kind !== "change") continue;
    for (const each of data["kinds"] as Kind[]) counts.set(each, (counts.get(each) ?? 0) + 1);
  }
  const parts = [...counts].map(([kind, count]) => `${KIND_TITLES[kind].toLowerCase()}: ${count}`);
  return parts.length === 0 ? "none was changed" : parts.join(", ");
}

function actions(run: Run): string[] {
  const of = (kind: Entry["kind"], test: (data: Entry["data"]) => boolean = () => true): number =>
    run.entries.filter((entry) => entry.kind === kind && test(entry.data)).length;
  const done = (["insert", "archive", "update"] as const).map((action) => {
    const word = { insert: "inserted", archive: "archived", update: "updated" }[action];
    return `${of("change", (data) => data["action"] === action)} ${word}`;
  });
  const skipped = of("skipped");
  const lines = [
    done.join(", "),
    ...(skipped === 0 ? [] : [`${skipped} skipped, since they had changed or were refused`]),
  ];
  if (run.isRolledBack) {
    const how = (word: string): number => of("restored", (data) => data["how"] === word);
    lines.push(
      `rolled back: ${how("restored")} restored, ${how("archived")} inserted rows archived, ${how("deleted")} removed, ${of("left_alone")} left alone`,
    );
  }
  for (const sentence of (run.entries.find((entry) => entry.kind === "run_finished")?.data["escalate"] ??
    []) as string[])
    lines.push(`**Escalate**: ${sentence}`);
  return lines;
}

function verifications(entries: readonly Entry[]): string[] {
  const lines = entries
    .filter(({ kind }) => kind === "verified")
    .map(({ at, data }) => {
      const { of, result, touched, drawn, remaining } = data as {
        of: string;
        result: string;
        touched: number;
        drawn: number;
        remaining: unknown[];
      };
      const words = result === "clean" ? "nothing differs" : `**${remaining.length} differences remain**`;
      return `${at}, ${of}: ${touched} repaired rows and ${drawn} others reconciled again: ${words}`;
    });
  return lines.length === 0 ? ["_not verified yet_"] : lines;
}

function backups(entries: readonly Entry[]): string[] {
  return entries
    .filter(({ kind }) => kind === "backed_up")
    .map(({ data }) => `- Backup: \`${data["path"]}\`, ${data["rows"]} rows, SHA-256 ${data["sha256"]}.`);
}
